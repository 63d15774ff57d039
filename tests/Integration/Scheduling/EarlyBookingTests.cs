using CloudPacs.Dicom;
using CloudPacs.Integration.Tests.Messages;
using Xunit;

namespace CloudPacs.Integration.Tests.Scheduling;

/// <summary>A booking that comes before the order that it is for (HL7 v2.5.1 10.6.1.26 and 27).</summary>
public class EarlyBookingTests
{
    private readonly HisLink _his = new();

    [Theory]
    [InlineData("P1^HIS", "")]
    [InlineData("P1", "")]
    [InlineData("", "ACC1")]
    [InlineData("", "ACC1^RIS")]
    public void An_order_without_a_time_gets_that_of_its_booking(string placer, string filler)
    {
        var booked = Book("S12", "20260312134500", placer, filler);

        var placed = Place(filler: filler);

        Assert.Equal(("AA", "204"), (booked.Code, Assert.Single(booked.Problems).Code));
        Assert.Empty(placed.Problems);
        Assert.Equal(("20260312", "134500"), Start());
        Assert.Single(_his.Resources("Appointment")[0]["basedOn"]!.AsArray());
        Assert.StartsWith("2026-03-12T13:45:00", (string)_his.Resources("Task")[0]["executionPeriod"]!["start"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_word_holds_when_the_order_has_a_time_of_its_own()
    {
        Book("S12", "20260312134500", "P1^HIS");
        Place(start: "20260311100000");
        Assert.Equal(("20260311", "100000"), Start());

        _his.SentAt = "20260310083030";
        Book("S12", "20260313080000", "P2^HIS");
        _his.SentAt = "20260310083029";
        _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P2^HIS", "ACC2", "20260311100000"));
        Assert.Equal(("20260313", "080000"), Start(1));
    }

    [Fact]
    public void A_booking_of_another_patient_is_not_meant()
    {
        _his.Send("SIU^S12", Segments("20260312134500", "P1", "", "MRN9"));

        Place();

        Assert.Equal("20260310", Start().Date);
    }

    [Fact]
    public void A_booking_that_is_moved_before_the_order_comes_gives_its_last_time()
    {
        Book("S12", "20260312134500", "P1^HIS");
        Book("S13", "20260314090000", "P1^HIS");

        Place();

        Assert.Equal(("20260314", "090000"), Start());
        Assert.Single(_his.Resources("Appointment"));
    }

    [Theory]
    [InlineData("S15")]
    [InlineData("S26")]
    public void A_booking_that_was_cancelled_later_than_the_order_was_sent_takes_it_off_the_list(string trigger)
    {
        _his.SentAt = "20260310083030";
        Book(trigger, "20260312134500", "P1^HIS");
        _his.SentAt = "20260310083020";

        var placed = Place();

        Assert.Empty(_his.Entries);
        Assert.Equal(("207", "W"), (Assert.Single(placed.Problems).Code, placed.Problems[0].Severity));
    }

    [Theory]
    [InlineData("S12")]
    [InlineData("S15")]
    public void What_is_older_than_the_last_word_about_a_booking_changes_nothing_and_is_told(string trigger)
    {
        Place();
        _his.SentAt = "20260310083030";
        Book("S13", "20260312150000", "P1^HIS");
        _his.SentAt = "20260310083029";

        var old = Book(trigger, "20260312110000", "P1^HIS");

        Assert.Equal(("AA", "207"), (old.Code, Assert.Single(old.Problems).Code));
        Assert.Equal(("20260312", "150000"), Start());
    }

    [Fact]
    public void A_status_that_the_table_lacks_is_told()
    {
        Place();
        var booked = _his.Send("SIU^S12", [.. Segments("20260312134500", "P1^HIS", "", "MRN1").Select(static (segment, i) => i == 0 ? segment.Replace("|||||||||||||||P1", "||||||||||||||WEIRD|P1", StringComparison.Ordinal) : segment)]);

        Assert.Equal(("103", "W", "SCH^1^25"), Assert.Single(booked.Problems));
    }

    [Fact]
    public void A_booking_that_was_cancelled_before_says_nothing_of_the_order()
    {
        _his.SentAt = "20260310083010";
        Book("S15", "20260312134500", "P1^HIS");
        _his.SentAt = "20260310083020";

        Place(start: "20260311100000");

        Assert.Equal(("20260311", "100000"), Start());
    }

    [Fact]
    public void All_steps_of_the_order_get_the_time_and_the_place()
    {
        Book("S12", "20260312134500", "P1^HIS");

        _his.Send("OMI^O23", HisLink.Pid("MRN1"), "ORC|NW|P1^HIS", "OBR|1|P1^HIS||CTCHEST^CT Chest^L",
            "IPC|ACC1|RP1|1.2.3.4|S1|CT", "IPC|ACC1|RP1|1.2.3.4|S2|CT");

        Assert.Equal([("20260312", "134500"), ("20260312", "134500")], [Start(0), Start(1)]);
    }

    private HisReply Book(string trigger, string start, string placer, string filler = "") =>
        _his.Send($"SIU^{trigger}", Segments(start, placer, filler, "MRN1"));

    private static string[] Segments(string start, string placer, string filler, string patient) =>
    [
        $"SCH|A1^SCHED|B1^SCHED|||||||30|min|^^30^{start}|||||||||||||||{placer}|{filler}", HisLink.Pid(patient), "PV1|1|O", "RGS|1",
        $"AIS|1||CTCHEST^CT Chest^L|{start}"
    ];

    private HisReply Place(string start = "", string filler = "") => _his.Send(
        "ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1", start).Replace("P1^HIS|||||", $"P1^HIS|{filler}||||", StringComparison.Ordinal));

    private (string? Date, string? Time) Start(int entry = 0)
    {
        var step = HisLink.StepOf(_his.Entries[entry]);
        return (step.GetString(Tags.ScheduledProcedureStepStartDate), step.GetString(Tags.ScheduledProcedureStepStartTime));
    }
}
