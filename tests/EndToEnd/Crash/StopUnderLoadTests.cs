using System.Diagnostics;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>SIGTERM with messages on their way: they are answered or not taken, and the end is in order.</summary>
[Trait("speed", "slow")]
public sealed class StopUnderLoadTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_stop_under_load_ends_in_order_and_nothing_is_lost_or_done_twice()
    {
        await using var engine = await EngineProcess.StartNewAsync(("WORKLIST__ANSWERLIMIT", "100000"));
        await using var load = new HospitalLoad(engine.MllpPort, "T", connections: 12, seed: 20260729);
        var longest = TimeSpan.Zero;

        for (var stop = 0; stop < 4; stop++)
        {
            await load.AdvanceAsync(100);
            var watch = Stopwatch.StartNew();
            Assert.Equal(0, await engine.StopAsync(TimeSpan.FromSeconds(20)));
            if (watch.Elapsed > longest) longest = watch.Elapsed;
            await engine.StartAsync();
        }

        var patients = await load.FinishAsync();
        await ExactlyOnce.CheckAsync(engine, patients);
        Assert.Equal(0, load.Refused);
        output.WriteLine($"4 stops of at most {longest.TotalSeconds:0.0} s, {load.Answered} messages, {load.Repeated} sent again");
    }
}
