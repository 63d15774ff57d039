using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary><c>cloudpacs db backup</c> and <c>db restore</c>, as an operator runs them.</summary>
[Trait("speed", "slow")]
public sealed class BackupTests
{
    [Fact]
    public async Task A_backup_of_a_running_engine_restores_its_worklist_and_its_memory_of_messages_into_an_empty_folder()
    {
        await using var engine = await EngineProcess.StartNewAsync(("WORKLIST__ANSWERLIMIT", "100000"));
        await using var load = new HospitalLoad(engine.MllpPort, "B", connections: 4, seed: 20260730);
        var order = new SentMessage(PatientCase.BareOrder("NW", "SC", "BK1", "BK-1", "BACKUP^BEN", "20261201093000"));
        await using (var his = new HisSender(engine.MllpPort)) await his.PlaceAsync(order);
        await load.AdvanceAsync(100);
        var during = engine.Folder["during.backup"];
        await BackUpAsync(engine, during);
        await load.AdvanceAsync(10);
        var patients = await load.FinishAsync();
        var atTheEnd = engine.Folder["end.backup"];
        await BackUpAsync(engine, atTheEnd);
        var expected = (await Worklist.AllAsync(engine)).Order(ByAccession);

        await using var copy = await RestoreAsync(atTheEnd);
        Assert.Equal(expected, (await Worklist.AllAsync(copy)).Order(ByAccession));
        await using (var his = new HisSender(copy.MllpPort)) await his.PlaceAsync(order);
        Assert.Equal(expected, (await Worklist.AllAsync(copy)).Order(ByAccession));

        await using var earlier = await RestoreAsync(during);
        Assert.Contains(await Worklist.AllAsync(earlier), static step => step.PatientId == "BK-1");
        await using var database = new EngineDatabase(earlier);
        var applied = (await database.AppliedAsync()).ToHashSet();
        // A moment of the load: of each patient the first messages, none left out.
        foreach (var patient in patients) Assert.DoesNotContain(patient.ControlIds.SkipWhile(applied.Contains), applied.Contains);
    }

    private static readonly Comparer<ListedStep> ByAccession = Comparer<ListedStep>.Create(static (a, b) => string.CompareOrdinal(a.Accession, b.Accession));

    private static async Task BackUpAsync(TestedEngine engine, string file) => await RunAsync(engine.DataFolder, "backup", file);

    private static async Task<TestedEngine> RestoreAsync(string file)
    {
        var engine = new EngineProcess(("WORKLIST__ANSWERLIMIT", "100000"));
        await RunAsync(engine.DataFolder, "restore", file);
        await engine.StartAsync();
        return engine;
    }

    private static async Task RunAsync(string data, string verb, string file)
    {
        var result = await EngineProgram.RunAsync("db", verb, file, "--set", $"Data={data}");
        Assert.True(result.ExitCode == 0, result.Errors);
    }
}
