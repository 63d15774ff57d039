using CloudPacs.Dicom;
using CloudPacs.Integration.Tests.Messages;
using Xunit;

namespace CloudPacs.Integration.Tests.Scheduling;

/// <summary>What a booking says and what no step or appointment takes over is told.</summary>
public class BookingLossTests
{
    private readonly HisLink _his = new();

    public BookingLossTests() => _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1"));

    [Fact]
    public void Ids_of_two_bookings_are_refused_and_both_stay()
    {
        Book("A1", "F1", "20260312100000");
        Book("A2", "F2", "20260313110000");

        var mixed = Book("A1", "F2", "20260314120000");

        Assert.Equal(("AE", ("205", "E", "SCH^1^2")), (mixed.Code, Assert.Single(mixed.Problems)));
        Assert.Equal(2, _his.Resources("Appointment").Count);
        Assert.DoesNotContain(_his.Resources("Appointment"), static a => ((string?)a["start"])!.StartsWith("2026-03-14", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("A1", "F9")]
    [InlineData("A9", "F1")]
    public void Another_id_of_a_booking_that_has_one_is_told(string placer, string filler)
    {
        Book("A1", "F1", "20260312100000");

        var moved = Book(placer, filler, "20260314120000");

        Assert.Equal(("AA", ("205", "W", "SCH^1^2")), (moved.Code, Assert.Single(moved.Problems)));
        Assert.Single(_his.Resources("Appointment"));
    }

    [Theory]
    [InlineData("S20", "20260314120000", true)]
    [InlineData("S21", "20260314120000", true)]
    [InlineData("S22", "20260314120000", true)]
    [InlineData("S23", "20260314120000", true)]
    [InlineData("S24", "20260314120000", true)]
    [InlineData("S20", "20260312100000", false)]
    public void A_time_that_the_event_gives_no_step_is_told(string trigger, string start, bool isTold)
    {
        Book("A1", "F1", "20260312100000");

        var reply = Book("A1", "F1", start, trigger);

        Assert.Equal(isTold ? [("207", "W", "SCH^1^26")] : [], reply.Problems);
        Assert.Equal("20260312", HisLink.StepOf(Assert.Single(_his.Entries)).GetString(Tags.ScheduledProcedureStepStartDate));
    }

    [Fact]
    public void The_start_of_a_second_service_is_told_and_its_name_is_shown()
    {
        var reply = Book("A1", "F1", "20260312100000", "S12", "AIS|2||MRHEAD^MR Head^L|20260312120000");

        Assert.Equal(("102", "W", "AIS^2^4"), Assert.Single(reply.Problems));
        Assert.Equal(["CTCHEST", "MRHEAD"], _his.Resources("Appointment")[0]["serviceType"]!.AsArray()
            .Select(static type => (string?)type!["coding"]![0]!["code"]));
    }

    [Theory]
    [InlineData("AIL|1||HALL1\rAIL|2||HALL2", "AIL^2^3")]
    [InlineData("AIP|1||7^RAO^ANITA\rAIP|2||8^NAIR^GEETA", "AIP^2^3")]
    public void A_second_place_or_person_is_shown_in_the_appointment_and_told(string segments, string place)
    {
        var reply = Book("A1", "F1", "20260312100000", "S12", segments);

        Assert.Equal(("102", "W", place), Assert.Single(reply.Problems));
        Assert.Equal(3, _his.Resources("Appointment")[0]["participant"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("AIP|1||7^RAO^ANITA|||||||||Perhaps", "AIP^1^12")]
    [InlineData("AIL|1||HALL1|||||||||Perhaps", "AIL^1^12")]
    [InlineData("AIG|1||DEV1|||||||||||Perhaps", "AIG^1^14")]
    public void A_status_of_a_participant_that_the_table_lacks_is_told(string segment, string place)
    {
        var reply = Book("A1", "F1", "20260312100000", "S12", segment);

        Assert.Equal(("103", "W", place), Assert.Single(reply.Problems));
    }

    [Theory]
    [InlineData("S13", "extension")]
    [InlineData("S14", "extension")]
    [InlineData("S15", "cancelationReason")]
    public void Why_a_booking_changed_is_shown_in_the_appointment(string trigger, string element)
    {
        Book("A1", "F1", "20260312100000");

        var reply = _his.Send(
            $"SIU^{trigger}", "SCH|A1^HIS|F1^RIS||||REQ^Patient asked for it^L|||30|min||||||||||||||||P1^HIS", HisLink.Pid("MRN1"), "RGS|1",
            "AIS|1||CTCHEST^CT Chest^L|20260312100000");

        Assert.Equal("AA", reply.Code);
        var appointment = Assert.Single(_his.Resources("Appointment"));
        Assert.Contains("Patient asked for it", appointment[element]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_said_of_a_patient_without_an_id_is_told()
    {
        var reply = _his.Send("SIU^S12", "SCH|A1^HIS|F1^RIS", "PID|1||||RAO^ANITA", "RGS|1", "AIS|1||CTCHEST|20260312100000");

        Assert.Contains(("101", "W", "PID^1^3"), reply.Problems);
    }

    private HisReply Book(string placer, string filler, string start, string trigger = "S12", string more = "") => _his.Send(
        $"SIU^{trigger}", $"SCH|{placer}^HIS|{filler}^RIS|||||||30|min||||||||||||||||P1^HIS", HisLink.Pid("MRN1"), "RGS|1",
        $"AIS|1||CTCHEST^CT Chest^L|{start}" + (more.Length > 0 ? "\r" + more : ""));
}
