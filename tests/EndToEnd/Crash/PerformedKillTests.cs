using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Store.Cluster;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>
/// SIGKILL of either of two engines on one database while modalities report what they do and the hospital is told of it: what was answered is there once, what is to be
/// told is told, in order, and never by both at the same time. With <c>CLOUDPACS_LONG=1</c> a hundred kills.
/// </summary>
[Trait("speed", "slow")]
public sealed class PerformedKillTests(ITestOutputHelper output)
{
    private const int Modalities = 6;
    private static readonly int Kills = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 100 : 5;

    [Fact]
    public async Task Every_answered_report_is_there_once_and_told_in_order_after_kills_under_load()
    {
        var trouble = new Random(3);
        await using var his = new HisReceiver();
        his.React = _ =>
        {
            lock (trouble) return trouble.Next(12) == 0 ? Reaction.CloseAfterReceiving : Reaction.Accept;
        };
        using var folder = new ScratchFolder();
        await using var cluster = await EmbeddedCluster.StartAsync(
            new ClusterSettings { DataDirectory = folder["data"], SharedBuffersMegabytes = 128 }, TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);
        (string, string)[] settings = [.. ToldHospital.Destination("ris", his.Port, "orm", sender: "RIS|MERCY"), ("DATABASE__CONNECTIONSTRING", cluster.ConnectionString)];
        await using var one = await EngineProcess.StartNewAsync(settings);
        await using var two = await EngineProcess.StartNewAsync(settings);
        EngineProcess[] engines = [one, two];
        await using var load = new ModalityLoad(engines, Modalities);
        var random = new Random(4);

        for (var kill = 1; kill <= Kills; kill++)
        {
            await load.AdvanceAsync(random.Next(10, 80));
            // Answers come right after a commit; the spread lets a kill fall anywhere between two commits, and into deliveries.
            await Task.Delay(random.Next(15), TestContext.Current.CancellationToken);
            var engine = engines[random.Next(2)];
            await engine.KillAsync();
            await engine.StartAsync();
        }

        var cases = await load.FinishAsync();
        await using var database = new EngineDatabase(cluster.ConnectionString);
        await WaitUntilToldAsync(database);

        var stored = await database.ListAsync(
            "SELECT sop_instance_uid, state, array_length(step_ids, 1) FROM performed_procedure_step", static row => (Uid: row.GetString(0), State: row.GetInt16(1), Steps: row.GetInt32(2)));
        Assert.Equal(cases.Select(static c => (c.SopInstanceUid, c.State == "COMPLETED", 1)).Order(), stored.Select(static row => (row.Uid, row.State == Completed, row.Steps)).Order());
        var deliveries = await database.ListAsync("SELECT control_id FROM outbox", static row => row.GetString(0));
        Assert.Equal(2 * cases.Count, deliveries.Count);
        Assert.Equal(deliveries.Order(), his.Messages.Select(static message => message.ControlId).Distinct().Order());
        var told = his.Messages.DistinctBy(static message => message.ControlId).ToLookup(static message => message.Placer);
        foreach (var performed in cases) Assert.Equal(performed.Told, told[$"P{performed.Order.Accession}"].Select(static message => message.Status));
        Assert.Empty(his.Twice);
        output.WriteLine($"{Kills} kills, {cases.Count} performed steps, {load.Repeated} reports sent again; {his.Messages.Count - deliveries.Count} of {deliveries.Count} deliveries told again");
    }

    private const short Completed = (short)CloudPacs.Store.Performed.PerformedState.Completed;

    private static async Task WaitUntilToldAsync(EngineDatabase database)
    {
        for (var left = 3000; ; left--)
        {
            var open = await database.CountAsync("outbox WHERE state <> 1");
            if (open == 0) return;
            Assert.True(left > 0, $"{open} deliveries have not arrived.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
