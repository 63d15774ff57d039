using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary><c>cloudpacs audit</c>, as an operator runs it, after kills and with the engine stopped.</summary>
[Trait("speed", "slow")]
public sealed class AuditKillTests
{
    [Fact]
    public async Task The_trail_is_sound_after_kills_under_load_and_what_is_changed_by_hand_is_named()
    {
        await using var engine = await EngineProcess.StartNewAsync(("WORKLIST__ANSWERLIMIT", "100000"));
        await using var load = new HospitalLoad(engine.MllpPort, "V", connections: 4, seed: 20261201);
        for (var kill = 0; kill < 3; kill++)
        {
            await load.AdvanceAsync(100);
            await engine.KillAsync();
            await engine.StartAsync();
        }

        await using (var his = new HisSender(engine.MllpPort)) await his.PlaceAsync(new OrderText("AU01", "AU-1", "AUDIT^ADA"));
        await load.FinishAsync();
        await WaitUntilSealedAsync(engine);

        var sound = await RunAsync(engine, "verify");
        Assert.Equal((0, 0), (sound.ExitCode, (int)sound.Answer["faultCount"]!));
        Assert.True((long)sound.Answer["rows"]! > 300, $"{sound.Answer["rows"]} rows");

        var listed = await Verb.RunAsync("audit", "list", "--patient", "AU-1", "--action", "order.placed", "--url", engine.Address, "--json");
        var entry = Assert.Single(JsonNode.Parse(listed.Output)!["entries"]!.AsArray())!;
        var seen = await Verb.RunAsync("audit", "who-saw", "AU-1", "--url", engine.Address, "--json");
        Assert.Contains(JsonNode.Parse(seen.Output)!["actors"]!.AsArray(), actor => (string?)actor!["action"] == "order.placed" && (string?)actor["actor"] == (string?)entry["actor"]);

        var file = engine.Folder["trail.ndjson"];
        Assert.Equal(0, (await RunAsync(engine, "export", file)).ExitCode);
        Assert.Equal(0, (await RunAsync(engine, "verify", "--file", file)).ExitCode);

        await using (var database = new EngineDatabase(engine))
            await database.ListAsync($"UPDATE audit_event SET actor = 'nobody' WHERE id = '{entry["id"]}' RETURNING 1", static row => row.GetInt32(0));
        await engine.StopAsync();
        var changed = await RunAsync(engine, "verify");
        Assert.Equal(1, changed.ExitCode);
        var fault = Assert.Single(changed.Answer["faults"]!.AsArray())!;
        Assert.Equal(("RowChanged", (string?)entry["id"]), ((string?)fault["kind"], (string?)fault["row"]));
        Assert.Equal(0, (int)changed.Answer["waiting"]!);
    }

    private static async Task WaitUntilSealedAsync(EngineProcess engine)
    {
        await using var database = new EngineDatabase(engine);
        for (var i = 0; i < 100; i++)
        {
            var waiting = await database.ListAsync("SELECT (SELECT count(*) FROM audit_event) - (SELECT sum(row_count) FROM audit_block)", static row => row.GetDecimal(0));
            if (waiting is [0]) return;
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        Assert.Fail("Rows stay unsealed.");
    }

    private static async Task<(int ExitCode, JsonNode Answer)> RunAsync(EngineProcess engine, params string[] arguments)
    {
        var result = await EngineProgram.RunAsync(["audit", .. arguments, "--json", "--set", $"Data={engine.DataFolder}"]);
        Assert.True(result.ExitCode <= 1, result.Errors);
        return (result.ExitCode, JsonNode.Parse(result.Output)!);
    }
}
