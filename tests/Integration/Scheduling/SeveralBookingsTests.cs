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

    private HisReply Book(string id, string trigger, string start) => _his.Send(
        $"SIU^{trigger}", $"SCH|{id}^SCHED|F{id}^SCHED|||||||30|min|^^30^{start}|||||||||||||||P1^HIS|", HisLink.Pid("MRN1"), "PV1|1|O", "RGS|1",
        $"AIS|1||CTCHEST^CT Chest^L|{start}");

    private HisReply Place() => _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1", ""));

    private (string? Date, string? Time) Start()
    {
        var step = HisLink.StepOf(Assert.Single(_his.Entries));
        return (step.GetString(Tags.ScheduledProcedureStepStartDate), step.GetString(Tags.ScheduledProcedureStepStartTime));
    }
}
