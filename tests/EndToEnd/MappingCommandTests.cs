using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>What an interface engineer does with the maps on the command line.</summary>
public sealed class MappingCommandTests
{
    private static readonly string Order = new OrderText("MAP-A1", "MAP-1", "MAP^ONE").ToString();

    [Fact]
    public async Task A_message_is_previewed_and_explained_without_an_engine()
    {
        using var folder = new ScratchFolder();
        var file = folder.Write("order.hl7", Order);

        var preview = await RunAsync(Repository.Mappings, "preview", file);
        var explained = await RunAsync(Repository.Mappings, "explain", file);

        var made = JsonNode.Parse(preview.Output)!;
        Assert.Equal("AA", (string?)made["ack"]);
        Assert.Equal("MAP-A1", (string?)made["worklist"]![0]!["00080050"]!["Value"]![0]);
        Assert.Contains(explained.Output.Split('\n'), static line => line.Contains("order.accessionNumber", StringComparison.Ordinal) && line.Contains("MAP-A1", StringComparison.Ordinal) && line.Contains("base/order.yaml:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_destination_is_told_is_explained_of_a_message_and_of_an_event()
    {
        using var folder = new ScratchFolder();
        var file = folder.Write("order.hl7", Order.Replace("|MAP-A1|RPMAP-A1|", "||RPMAP-A1|", StringComparison.Ordinal));

        var ofMessage = await RunAsync(Repository.Mappings, "explain", "--destination", "omi", "--masked", file);
        var ofEvent = await RunAsync(Repository.Mappings, "explain", Path.Combine(Repository.Mappings, "tests", "destinations", "omg-completed.yaml"));
        var unknown = await RunAsync(Repository.Mappings, "explain", "--destination", "nobody", file);

        Assert.Contains(ofMessage.Output.Split('\n'), static line => Holds(line, "out.IPC-1", "imaging.accession", "destinations/omi.yaml:", "<- $state.accessionNumber"));
        Assert.DoesNotContain("MAP^ONE", ofMessage.Output, StringComparison.Ordinal);
        Assert.Contains(ofEvent.Output.Split('\n'), static line => Holds(line, "out.ORC-5", "CM", "via table event_status (destinations/base/status.yaml:"));
        Assert.Equal((0, 1), (ofEvent.ExitCode, unknown.ExitCode));

        static bool Holds(string line, params string[] parts) => parts.All(part => line.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_sender_changes_is_shown_with_the_place_that_says_so()
    {
        var flat = await RunAsync(Repository.Mappings, "show", "example-his", "--flat");
        var unknown = await RunAsync(Repository.Mappings, "show", "nobody");

        Assert.Contains("policy nameSplit: lastIsFamily", flat.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("policy longId", flat.Output, StringComparison.Ordinal);
        Assert.Contains(flat.Output.Split('\n'), static line => line.Contains("from: OBR-21.1 ?? OBR-18.1", StringComparison.Ordinal) && line.Contains("(senders/example-his.yaml:", StringComparison.Ordinal));
        Assert.Equal(1, unknown.ExitCode);
    }

    [Fact]
    public async Task Only_the_values_that_a_change_touches_are_listed()
    {
        using var folder = new ScratchFolder();
        var messages = folder.Write("messages/order.hl7", Order);
        var changed = SiteMaps.Create(folder["changed"], "{}");
        var same = await RunAsync(Repository.Mappings, "diff", Repository.Mappings, changed, messages);
        Replace(Path.Combine(changed, "base", "procedure.yaml"), "worklistLabel: \"\"", "worklistLabel: BLUE");

        var different = await RunAsync(Repository.Mappings, "diff", Repository.Mappings, changed, messages);

        Assert.Equal((0, "0 of 1 messages come out otherwise"), (same.ExitCode, same.Output.Trim()));
        Assert.Equal(1, different.ExitCode);
        Assert.Contains("BLUE", different.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("MAP^ONE", different.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_engine_takes_new_maps_refuses_faulty_ones_and_goes_back()
    {
        using var folder = new ScratchFolder();
        var maps = SiteMaps.Create(folder["maps"], "{}");
        await using var engine = await EngineInside.StartNewAsync(("MAPPING__DIRECTORY", maps), ("MAPPING__HOTRELOAD", "false"));
        string[] url = ["--url", $"http://127.0.0.1:{engine.HttpPort}"];
        var first = await VersionAsync();

        Replace(Path.Combine(maps, "base", "procedure.yaml"), "worklistLabel: \"\"", "worklistLabel: BLUE");
        var changed = await RunAsync(maps, ["reload", .. url]);
        var second = await VersionAsync();
        Replace(Path.Combine(maps, "base", "step.yaml"), "map: step@1", "map: step@1\nnonsense: 1");
        var faulty = await RunAsync(maps, ["reload", .. url]);
        var kept = await VersionAsync();
        var back = await RunAsync(maps, ["rollback", first, .. url]);

        Assert.Equal((0, 1, 0), (changed.ExitCode, faulty.ExitCode, back.ExitCode));
        Assert.NotEqual(first, second);
        Assert.Equal(second, kept);
        Assert.Contains("base/step.yaml:", faulty.Output, StringComparison.Ordinal);
        Assert.Equal(first, await VersionAsync());

        async Task<string> VersionAsync() => (string)JsonNode.Parse((await RunAsync(maps, ["versions", .. url])).Output)!["version"]!;
    }

    private static void Replace(string file, string before, string after)
    {
        var text = File.ReadAllText(file);
        Assert.Contains(before, text, StringComparison.Ordinal);
        File.WriteAllText(file, text.Replace(before, after, StringComparison.Ordinal));
    }

    private static Task<ToolResult> RunAsync(string maps, params string[] arguments) => Verb.RunAsync(
        ["mapping", .. arguments, .. arguments[0] is "versions" or "rollback" or "reload" ? [] : new[] { "--set", $"Mapping:Directory={maps}" }]);
}
