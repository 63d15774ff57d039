using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>
/// SIGKILL of the engine: whatever it was doing, nothing is lost, nothing happens twice, and order is kept. With <c>CLOUDPACS_LONG=1</c>
/// fifty kills.
/// </summary>
[Trait("speed", "slow")]
public sealed class EngineKillTests(ITestOutputHelper output)
{
    private static readonly int Kills = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 50 : 8;
    private const int Senders = 8;

    [Fact]
    public async Task Every_acknowledged_message_is_applied_exactly_once_and_in_order_after_many_kills_under_load()
    {
        await using var engine = await EngineProcess.StartNewAsync(("WORKLIST__ANSWERLIMIT", "100000"));
        await using var load = new HospitalLoad(engine.MllpPort, "K", Senders, seed: 20260726);
        var random = new Random(1);

        for (var kill = 1; kill <= Kills; kill++)
        {
            await load.AdvanceAsync(random.Next(20, 150));
            // Acknowledgements come right after a commit; the spread lets a kill fall anywhere between two commits.
            await Task.Delay(random.Next(15), TestContext.Current.CancellationToken);
            await engine.KillAsync();
            if (kill % 4 == 0) await KillDuringStartAsync(engine, random);
            await engine.StartAsync();
        }

        var patients = await load.FinishAsync();
        await ExactlyOnce.CheckAsync(engine, patients);
        Assert.Equal(0, load.Refused);
        output.WriteLine($"{Kills} kills and {Kills / 4} more during a start, {load.Answered} messages of {patients.Count} patients, {load.Repeated} sent again");
    }

    [Fact]
    public async Task A_kill_while_a_duty_was_being_set_does_not_keep_the_engine_from_starting()
    {
        await using var engine = await EngineProcess.StartNewAsync();
        await using (var database = new EngineDatabase(engine))
        {
            foreach (var duty in new[] { "expiry", "retention", "certificates" })
                await database.ListAsync(
                    $"INSERT INTO jobs.lock (resource, acquired) VALUES ('jobs:lock:recurring-job:{duty}', now() AT TIME ZONE 'utc') RETURNING 1", static row => row.GetInt32(0));
        }

        await engine.KillAsync();
        await engine.StartAsync();

        await using var his = new HisSender(engine.MllpPort);
        await his.PlaceAsync(new OrderText("DT01", "DT-1", "DUTY^LOCK"));
    }

    [Fact]
    public async Task A_first_start_that_is_killed_at_any_moment_leaves_a_folder_that_starts()
    {
        await using var engine = new EngineProcess();
        var random = new Random(2);

        for (var i = 0; i < 6; i++) await KillDuringStartAsync(engine, random);
        await engine.StartOnNewFolderAsync();

        await using var his = new HisSender(engine.MllpPort);
        await his.PlaceAsync(new OrderText("FS01", "FS-1", "FIRST^START"));
        Assert.Equal("FS01", Assert.Single(await Worklist.AllAsync(engine)).Accession);
    }

    private static async Task KillDuringStartAsync(EngineProcess engine, Random random)
    {
        var run = engine.RunToEndAsync(TimeSpan.FromMinutes(2));
        await Task.Delay(random.Next(300, 2500), TestContext.Current.CancellationToken);
        Assert.False(run.IsCompleted, engine.Errors);
        await engine.KillAsync();
        await run;
    }
}
