using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using CloudPacs.Hl7v2;
using CloudPacs.Integration.Hosting;
using CloudPacs.Integration.Messages;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Loading;

namespace CloudPacs.CommandLine;

/// <summary>
/// <c>cloudpacs mapping diff OLD NEW FOLDER</c>: messages through two folders of maps; only the values that change are shown.
/// </summary>
internal static class MappingDiff
{
    public static Command Create(Option<string[]> set)
    {
        var before = new Argument<string>("old") { Description = "Folder of the maps as they were" };
        var after = new Argument<string>("new") { Description = "Folder of the changed maps" };
        var messages = new Argument<string>("messages") { Description = "File or folder of HL7v2 messages" };
        var command = new Command(
            "diff", "Run messages through two folders of maps and show the values that change; exit code 1 when any does")
        {
            before, after, messages,
        };
        command.SetAction(result =>
        {
            var settings = SettingsOption.Load(result, set);
            var now = TimeProvider.System.GetUtcNow();
            var environment = MappingCommand.EnvironmentOf(settings);
            var (old, changed) = (Load(result.GetValue(before)!, environment), Load(result.GetValue(after)!, environment));
            var (count, differing) = (0, 0);
            foreach (var outgoing in MessageFiles.Read([result.GetValue(messages)!]))
            {
                count++;
                var differences = Compare(
                    Values(result.GetValue(before)!, old, environment, now, outgoing),
                    Values(result.GetValue(after)!, changed, environment, now, outgoing)).ToList();
                if (differences.Count == 0) continue;
                differing++;
                result.Output().WriteLine(outgoing.Name);
                foreach (var difference in differences) result.Output().WriteLine("  " + difference);
            }

            result.Output().WriteLine($"{differing} of {count} messages come out otherwise");
            return differing == 0 ? Cli.Done : Cli.Failed;
        });
        return command;
    }

    private static MapSet Load(string folder, MapEnvironment environment)
    {
        var (maps, diagnostics) = MapCatalog.Load(folder, environment);
        return maps ?? throw new StartException(
            $"{folder}:{Environment.NewLine}{string.Join(Environment.NewLine, diagnostics.Where(static d => d.IsError))}");
    }

    private static SortedDictionary<string, string> Values(
        string folder, MapSet maps, MapEnvironment environment, DateTimeOffset now, FileMessage outgoing)
    {
        var rehearsal = new MapRehearsal(folder, maps, environment, now);
        var (message, applied) = rehearsal.Send(outgoing.Payload);
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Flatten(MappingExplain.Json(outgoing.Name, message, applied, rehearsal), "", values);
        return values;
    }

    private static void Flatten(JsonNode? node, string path, SortedDictionary<string, string> values)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, child) in map) Flatten(child, path.Length == 0 ? name : $"{path}.{name}", values);
                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++) Flatten(list[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), values);
                break;
            case not null:
                values[path] = node.ToString();
                break;
        }
    }

    private static IEnumerable<string> Compare(SortedDictionary<string, string> old, SortedDictionary<string, string> changed)
    {
        foreach (var path in old.Keys.Union(changed.Keys).Order(StringComparer.Ordinal))
        {
            var (left, right) = (old.GetValueOrDefault(path), changed.GetValueOrDefault(path));
            if (left != right) yield return $"{path}: {left ?? "(absent)"} -> {right ?? "(absent)"}";
        }
    }
}
