using CloudPacs.Dicom;
using CloudPacs.Integration.Tests.Messages;
using Xunit;

namespace CloudPacs.Integration.Tests.Scheduling;

/// <summary>Several bookings of one order: one that is ended takes nothing from the other.</summary>
public class SeveralBookingsTests
{
    private readonly HisLink _his = new();

    [Theory]
    [InlineData("S15")]
    [InlineData("S16")]
    [InlineData("S17")]
    [InlineData("S26")]
    public void The_end_of_one_booking_leaves_the_step_with_the_other(string trigger)
    {
        Place();
        Book("A1", "S12", "20260312100000");
        Book("A2", "S12", "20260313110000");

        var ended = Book("A2", trigger, "20260313110000");

        Assert.Equal(("AA", "207", "W"), (ended.Code, Assert.Single(ended.Problems).Code, ended.Problems[0].Severity));
        Assert.Equal(("20260312", "100000"), Start());
    }

    [Fact]
    public void The_end_of_the_one_that_no_longer_gave_the_time_moves_nothing()
    {
        Place();
        Book("A1", "S12", "20260312100000");
        Book("A2", "S12", "20260313110000");

        Book("A1", "S15", "20260312100000");

        Assert.Equal(("20260313", "110000"), Start());
    }

    [Fact]
    public void A_time_that_the_order_was_given_later_stays()
    {
        Place();
        Book("A1", "S12", "20260312100000");
        Book("A2", "S12", "20260313110000");
        Assert.Equal("AA", _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("XO", "P1^HIS", "ACC1", "20260314120000")).Code);

        Book("A2", "S15", "20260313110000");

        Assert.Equal(("20260314", "120000"), Start());
    }

    [Fact]
    public void The_end_of_the_last_one_takes_the_step_off_and_a_new_one_brings_it_back()
    {
        Place();
        Book("A1", "S12", "20260312100000");
        Book("A2", "S12", "20260313110000");
        Book("A1", "S15", "20260312100000");

        var last = Book("A2", "S15", "20260313110000");

        Assert.Empty(last.Problems);
        Assert.Empty(_his.Entries);
        Book("A3", "S12", "20260315130000");
        Assert.Equal(("20260315", "130000"), Start());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Those_that_came_before_their_order_hold_likewise(bool endsFirst)
    {
        _his.SentAt = "20260310083010";
        Book("A1", endsFirst ? "S15" : "S12", "20260312100000");
        Book("A2", endsFirst ? "S12" : "S15", "20260312100000");
        _his.SentAt = "20260310083005";

        var placed = Place();

        Assert.Empty(placed.Problems);
        Assert.Equal(("20260312", "100000"), Start());
    }

    [Theory]
    [InlineData("S15", "OnHold", "20260312")]
    [InlineData("S26", "Expired", "20260312")]
    [InlineData("S13", "Scheduled", "20260316")]
    public void A_booking_of_a_parent_is_moved_and_ended_by_its_id_alone(string trigger, string state, string date)
    {
        PlaceFamily();
        Book("A1", "S12", "20260312100000");

        var news = _his.Send($"SIU^{trigger}", "SCH|A1^SCHED|FA1^SCHED|||||||30|min|^^30^20260316140000", HisLink.Pid("MRN1"), "RGS|1", "AIS|1||CTCHEST^CT Chest^L|20260316140000");

        Assert.Empty(news.Problems);
        Assert.Equal([(state, date), (state, date)], Children());
    }

    [Fact]
    public void So_it_is_without_a_patient()
    {
        PlaceFamily();
        Book("A1", "S12", "20260312100000");

        var news = _his.Send("SIU^S15", "SCH|A1^SCHED|FA1^SCHED|||||||30|min|^^30^20260312100000", "RGS|1", "AIS|1||CTCHEST^CT Chest^L|20260312100000");

        Assert.Empty(news.Problems);
        Assert.All(Children(), static child => Assert.Equal("OnHold", child.State));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_booking_that_comes_before_its_parent_is_for_the_children(bool areTogether)
    {
        _his.SentAt = "20260310083010";
        Book("A1", "S12", "20260312100000");
        _his.SentAt = "20260310083005";

        if (areTogether) PlaceFamily();
        else
        {
            _his.Send("ORM^O01", HisLink.Pid("MRN1"), "ORC|PA|P1^HIS");
            foreach (var child in (string[])["C1", "C2"])
                _his.Send("ORM^O01", HisLink.Pid("MRN1"), $"ORC|CH|{child}^HIS||||||P1^HIS", Procedure(child));
        }

        Assert.Equal([("Scheduled", "20260312"), ("Scheduled", "20260312")], Children());
    }

    [Fact]
    public void The_end_of_a_childs_own_booking_leaves_it_with_that_of_its_parent()
    {
        PlaceFamily();
        Book("A1", "S12", "20260312100000");
        Book("A2", "S12", "20260313160000", "C2^HIS");

        var ended = Book("A2", "S15", "20260313160000", "C2^HIS");

        Assert.Equal("207", Assert.Single(ended.Problems).Code);
        Assert.Equal([("Scheduled", "20260312"), ("Scheduled", "20260312")], Children());
    }

    [Theory]
    [InlineData(true, "20260312")]
    [InlineData(false, "20260313")]
    public void A_booking_that_moves_to_another_order_leaves_the_former_one_with_another_or_tells_that_its_time_stays(bool hasAnother, string date)
    {
        Place();
        _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P2^HIS", "ACC2", ""));
        if (hasAnother) Book("A1", "S12", "20260312100000");
        Book("A2", "S12", "20260313110000");

        var moved = Book("A2", "S13", "20260314120000", "P2^HIS");

        Assert.Equal(hasAnother ? [] : ["207"], moved.Problems.Select(static problem => problem.Code));
        Assert.Equal([date, "20260314"], _his.Entries.OrderBy(static entry => entry.GetString(Tags.AccessionNumber), StringComparer.Ordinal)
            .Select(static entry => HisLink.StepOf(entry).GetString(Tags.ScheduledProcedureStepStartDate)));
    }

    [Theory]
    [InlineData("S14", "Cancelled", 0)]
    [InlineData("S12", "Noshow", 0)]
    [InlineData("S12", "Deleted", 0)]
    [InlineData("S14", "Booked", 1)]
    public void A_status_that_ends_the_booking_ends_it_whatever_the_event(string trigger, string status, int open)
    {
        Place();
        Book("A1", "S12", "20260312100000");

        _his.Send($"SIU^{trigger}", $"SCH|A1^SCHED|FA1^SCHED|||||||30|min|^^30^20260312100000||||||||||||||{status}|P1^HIS|", HisLink.Pid("MRN1"), "RGS|1", "AIS|1||CTCHEST^CT Chest^L|20260312100000");

        Assert.Equal(open, _his.Entries.Count);
    }

    [Fact]
    public void A_booking_is_ended_where_it_was_made_whatever_order_its_end_names()
    {
        Place();
        _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P2^HIS", "ACC2", ""));
        Book("A1", "S12", "20260312100000");

        var ended = Book("A1", "S15", "20260312100000", "P2^HIS");

        Assert.Equal(("AA", "207"), (ended.Code, Assert.Single(ended.Problems).Code));
        Assert.Equal("ACC2", Assert.Single(_his.Entries).GetString(Tags.AccessionNumber));
    }

    [Fact]
    public void The_id_of_another_patients_booking_is_refused()
    {
        Place();
        Book("A1", "S12", "20260312100000");
        _his.Send("ORM^O01", HisLink.Pid("MRN2"), HisLink.Order("NW", "P2^HIS", "ACC2", ""));

        var taken = _his.Send("SIU^S12", "SCH|A1^SCHED|FA1^SCHED|||||||30|min|^^30^20260314100000|||||||||||||||P2^HIS|", HisLink.Pid("MRN2"), "RGS|1", "AIS|1||CTCHEST^CT Chest^L|20260314100000");

        Assert.Equal(("AE", "205"), (taken.Code, Assert.Single(taken.Problems).Code));
        Assert.Empty(Book("A1", "S15", "20260312100000").Problems);
    }

    private void PlaceFamily() => _his.Send(
        "ORM^O01", HisLink.Pid("MRN1"), "ORC|PA|P1^HIS", "ORC|CH|C1^HIS||||||P1^HIS", Procedure("C1"), "ORC|CH|C2^HIS||||||P1^HIS", Procedure("C2"));

    private static string Procedure(string child) => $"OBR|1|{child}^HIS||CTCHEST^CT Chest^L||||||||||||||A{child}||||||CT";

    private (string State, string Date)[] Children() =>
        [.. _his.Engine.Workspace.Rows.OfType<CloudPacs.Store.Orders.StepRow>().OrderBy(static step => step.StepId, StringComparer.Ordinal)
            .Select(static step => (step.StepState.ToString(), TimeZoneInfo.ConvertTime(step.Start, Pipeline.Zone).ToString("yyyyMMdd", null)))];

    private HisReply Book(string id, string trigger, string start, string placer = "P1^HIS") => _his.Send(
        $"SIU^{trigger}", $"SCH|{id}^SCHED|F{id}^SCHED|||||||30|min|^^30^{start}|||||||||||||||{placer}|", HisLink.Pid("MRN1"), "PV1|1|O", "RGS|1",
        $"AIS|1||CTCHEST^CT Chest^L|{start}");

    private HisReply Place() => _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1", ""));

    private (string? Date, string? Time) Start()
    {
        var step = HisLink.StepOf(Assert.Single(_his.Entries));
        return (step.GetString(Tags.ScheduledProcedureStepStartDate), step.GetString(Tags.ScheduledProcedureStepStartTime));
    }
}
