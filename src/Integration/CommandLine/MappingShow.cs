using System.CommandLine;
using CloudPacs.Integration.Mapping.Compilation;
using CloudPacs.Integration.Mapping.Loading;

namespace CloudPacs.Integration.CommandLine;

/// <summary><c>cloudpacs mapping show SENDER [--flat]</c>: what holds for a sender, and with <c>--flat</c> every rule with the file that each of its keys comes from.</summary>
internal static class MappingShow
{
    public static Command Create(Option<string[]> set)
    {
        var sender = new Argument<string>("sender") { Description = "Name of a sender" };
        var flat = new Option<bool>("--flat") { Description = "List all rules as they are after base, site, sender and message type were laid over one another" };
        var command = new Command("show", "Show what holds for a sender") { sender, flat };
        command.SetAction(result =>
        {
            var map = MappingCommand.For(MappingCommand.Load(SettingsOption.Load(result, set)), result.GetValue(sender)).Senders[0];
            Console.WriteLine($"sender {map.Name}, zone {map.Zone.Id}, version {map.Version}");
            Console.WriteLine($"match  {string.Join(", ", map.Match.Select(static entry => $"{entry.Key}: {entry.Text}{(entry.IsPrefix ? "*" : "")}"))}");
            Console.WriteLine($"policy {map.Policy}");
            foreach (var variant in map.Variants)
            {
                Console.WriteLine($"\n{(variant.MessageType.Length == 0 ? "all messages" : variant.MessageType)}: {string.Join(", ", variant.Flat.Select(static part => $"{part.Name}@{part.Version} ({part.Rules.Count})"))}");
                if (result.GetValue(flat)) Print(variant);
            }

            return Cli.Done;
        });
        return command;
    }

    private static void Print(SenderVariant variant)
    {
        foreach (var map in variant.Flat)
        {
            Console.WriteLine($"\nmap {map.Name}@{map.Version}{(map.Per is { } per ? $" per {per.ToString().ToLowerInvariant()}" : "")}");
            foreach (var rule in map.Rules) Print(rule, "  ");
        }
    }

    private static void Print(RuleSource rule, string indent)
    {
        Console.WriteLine($"{indent}{rule.Id,-32}  {rule.At.File}:{rule.At.Line}{(rule.Off is { } off ? $"  off by {off.File}:{off.Line}" : "")}");
        foreach (var (key, entry) in rule.Keys)
        {
            if (key is "id" or "rules") continue;
            var origin = entry.Key.At.File == rule.At.File ? "" : $"  ({entry.Key.At.File}:{entry.Key.At.Line})";
            Console.WriteLine($"{indent}  {key}: {(entry.Value is YamlText text ? text.Text.ReplaceLineEndings(" ") : "{ … }")}{origin}");
        }

        foreach (var child in rule.Children) Print(child, indent + "    ");
    }
}
