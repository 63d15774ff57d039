using System.Diagnostics;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>
/// SIGKILL of PostgreSQL while the engine stays: it starts its database again, and what was not committed is answered so or tried again.
/// With <c>CLOUDPACS_LONG=1</c> fifty kills.
/// </summary>
[Trait("speed", "slow")]
public sealed class DatabaseKillTests(ITestOutputHelper output)
{
    private static readonly int Kills = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 50 : 8;
    private const int Senders = 8;

    [Fact]
    public async Task Every_acknowledged_message_is_applied_exactly_once_and_in_order_and_the_worklist_agrees_with_the_database()
    {
        await using var engine = await EngineProcess.StartNewAsync(("WORKLIST__ANSWERLIMIT", "100000"));
        await using var load = new HospitalLoad(engine.MllpPort, "D", Senders, seed: 20260727);
        var random = new Random(3);
        var longest = TimeSpan.Zero;

        for (var kill = 1; kill <= Kills; kill++)
        {
            await load.AdvanceAsync(random.Next(20, 150));
            await Task.Delay(random.Next(15), TestContext.Current.CancellationToken);
            var watch = Stopwatch.StartNew();
            Assert.NotEqual(0, DatabaseServer.Kill(engine));
            if (kill % 4 == 0) await KillDuringRecoveryAsync(engine, random);
            await load.AdvanceAsync(1);
            if (watch.Elapsed > longest) longest = watch.Elapsed;
            Assert.True(engine.IsRunning, engine.Errors);
        }

        // The last commit may be in doubt as well: nothing but its acknowledgement follows it.
        DatabaseServer.Kill(engine);
        var patients = await load.FinishAsync();
        await ExactlyOnce.CheckAsync(engine, patients);
        Assert.Equal("ready", await engine.GetAsync("/health/ready"));
        output.WriteLine($"{Kills + 1} kills, {load.Answered} messages of {patients.Count} patients, {load.Repeated} sent again, {load.Refused} answers AR, at most {longest.TotalSeconds:0.0} s without an acknowledgement");
    }

    [Fact]
    public async Task A_stop_while_the_database_is_down_ends_in_order_and_in_time()
    {
        await using var engine = await EngineProcess.StartNewAsync(("WORKLIST__ANSWERLIMIT", "100000"));
        await using var load = new HospitalLoad(engine.MllpPort, "S", Senders, seed: 20260728);
        await load.AdvanceAsync(50);

        DatabaseServer.Kill(engine);
        Assert.Equal(0, await engine.StopAsync(TimeSpan.FromSeconds(20)));

        await engine.StartAsync();
        await ExactlyOnce.CheckAsync(engine, await load.FinishAsync());
    }

    private static async Task KillDuringRecoveryAsync(TestedEngine engine, Random random)
    {
        for (var killed = 0; killed == 0; killed = DatabaseServer.Kill(engine))
            await Task.Delay(random.Next(20, 200), TestContext.Current.CancellationToken);
    }
}
