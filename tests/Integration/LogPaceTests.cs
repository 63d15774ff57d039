using Xunit;

namespace CloudPacs.Integration.Tests;

/// <summary>What a peer can cause at will does not fill the log, and nothing is left out unsaid.</summary>
public class LogPaceTests
{
    [Fact]
    public void A_line_is_let_through_once_in_a_while_and_tells_how_many_were_left_out()
    {
        var (pace, now) = (new LogPace(), new DateTimeOffset(2026, 3, 10, 8, 0, 0, TimeSpan.Zero));
        var let = new List<long>();

        for (var n = 0; n < 1500; n++)
            if (pace.Lets(now.AddMilliseconds(10 * n), out var leftOut)) let.Add(leftOut);

        Assert.Equal([0, 999], let);
    }
}
