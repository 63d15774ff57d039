using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Rules;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.CommandLine;

/// <summary>
/// <c>cloudpacs mapping show SENDER [--flat]</c>: what holds for a sender, and with <c>--flat</c> every rule with the file that each of its
/// keys comes from.
/// </summary>
internal static class MappingShow
{
    public static Command Create(Option<string[]> set)
    {
        var sender = new Argument<string>("sender") { Description = "Name of a sender" };
        var flat = new Option<bool>("--flat")
        {
            Description = "List all rules as they are after base, site, sender and message type were laid over one another",
        };
        var command = new Command("show", "Show what holds for a sender") { sender, flat };
        command.SetAction(result =>
        {
            var map = MappingCommand.For(MappingCommand.Load(SettingsOption.Load(result, set)), result.GetValue(sender)).Senders[0];
            result.Output().WriteLine($"sender {map.Name}, zone {map.Zone.Id}, version {map.Version}");
            result.Output().WriteLine(
                $"match  {string.Join(", ", map.Match.Select(static entry => $"{entry.Key}: {entry.Text}{(entry.IsPrefix ? "*" : "")}"))}");
            foreach (var (name, value) in PoliciesOf(map.Policy)) result.Output().WriteLine($"policy {name}: {value}");
            foreach (var variant in map.Variants)
            {
                var type = variant.MessageType.Length == 0 ? "all messages" : variant.MessageType;
                var parts = variant.Flat.Select(static part => $"{part.Name}@{part.Version} ({part.Rules.Count})");
                result.Output().WriteLine($"\n{type}: {string.Join(", ", parts)}");
                if (result.GetValue(flat)) Print(result.Output(), variant);
            }

            return Cli.Done;
        });
        return command;
    }

    /// <summary>The policies that are not at their standard values, under the names that map files give them.</summary>
    private static IEnumerable<(string Name, string? Value)> PoliciesOf(SenderPolicy policy)
    {
        var standard = new SenderPolicy();
        return typeof(SenderPolicy).GetProperties()
            .Select(
                property =>
                    (
                        JsonNamingPolicy.CamelCase.ConvertName(property.Name), Text(property.GetValue(policy)),
                        Text(property.GetValue(standard))))
            .Where(static entry => !Equals(entry.Item2, entry.Item3))
            .Select(static entry => (entry.Item1, entry.Item2));

        static string? Text(object? value) =>
            value is IEnumerable<string> list ? string.Join(", ", list) : Convert.ToString(value, CultureInfo.InvariantCulture);
    }

    private static void Print(TextWriter output, SenderVariant variant)
    {
        foreach (var map in variant.Flat)
        {
            output.WriteLine($"\nmap {map.Name}@{map.Version}{(map.Per is { } per ? $" per {per.ToString().ToLowerInvariant()}" : "")}");
            foreach (var rule in map.Rules) Print(output, rule, "  ");
        }
    }

    private static void Print(TextWriter output, RuleSource rule, string indent)
    {
        output.WriteLine(
            $"{indent}{rule.Id,-32}  {rule.At.File}:{rule.At.Line}{(rule.Off is { } off ? $"  off by {off.File}:{off.Line}" : "")}");
        foreach (var (key, entry) in rule.Keys)
        {
            if (key is "id" or "rules") continue;
            var origin = entry.Key.At.File == rule.At.File ? "" : $"  ({entry.Key.At.File}:{entry.Key.At.Line})";
            output.WriteLine($"{indent}  {key}: {(entry.Value is YamlText text ? text.Text.ReplaceLineEndings(" ") : "{ … }")}{origin}");
        }

        foreach (var child in rule.Children) Print(output, child, indent + "    ");
    }
}
