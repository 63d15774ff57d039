using CloudPacs.Integration.Tests.Messages;
using Xunit;

namespace CloudPacs.Integration.Tests.Orders;

/// <summary>A clock that is ahead must not make what comes later look old.</summary>
public class FutureTimeTests
{
    private readonly HisLink _his = new();

    [Fact]
    public void A_message_from_the_future_is_told_and_a_later_cancel_is_applied()
    {
        _his.SentAt = "20270101000000";
        var placed = _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1"));
        _his.SentAt = "20260310083021";

        var canceled = _his.Send("ORM^O01", HisLink.Pid("MRN1"), "ORC|CA|P1^HIS");

        Assert.Equal(("102", "W", "MSH^1^7"), Assert.Single(placed.Problems));
        Assert.Equal("AA", canceled.Code);
        Assert.Empty(_his.Entries);
    }

    [Theory]
    [InlineData("20270101000000")]
    [InlineData("20260311093000")]
    public void So_is_an_order_that_was_asked_for_in_the_future(string asked)
    {
        var placed = _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1").Replace("^^R\r", $"^^R||{asked}\r", StringComparison.Ordinal));

        _his.Send("ORM^O01", HisLink.Pid("MRN1"), "ORC|CA|P1^HIS|||||||20260310083100");

        Assert.Equal(("102", "W", "ORC^1^9"), Assert.Single(placed.Problems));
        Assert.Empty(_his.Entries);
    }

    [Fact]
    public void A_clock_that_is_a_little_ahead_is_nothing_to_tell()
    {
        _his.SentAt = "20260310083400";

        Assert.Empty(_his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1")).Problems);
    }

    [Fact]
    public void What_is_older_stays_stale_and_cancels_that_came_early_wait()
    {
        _his.SentAt = "20300101000000";
        _his.Send("ORM^O01", HisLink.Pid("MRN1"), "ORC|CA|P1^HIS");
        _his.SentAt = "20260310083020";
        var closed = _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1"));
        _his.SentAt = "20260310083021";
        var placed = _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1"));

        Assert.Contains(closed.Problems, static problem => problem.Code == "207");
        Assert.Empty(placed.Problems);
        Assert.Single(_his.Entries);
    }
}
