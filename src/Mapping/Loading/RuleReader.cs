using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Rules;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Loading;

/// <summary>
/// Reads rules from YAML and checks their shape; what the keys mean is checked later, when all layers lie over one another.
/// </summary>
internal sealed class RuleReader(Diagnostics diagnostics)
{
    public const int MaxRules = 5_000;
    private const int MaxDepth = 8;

    private static readonly string[] Known =
        ["id", "to", "set", "from", "value", "rules", "when", "each", "map", "else", "limit", "on empty", "on null", "override", "note"];

    public static bool IsKnown(string key) => Known.Contains(key);

    public static string HintFor(string key) => Hints.DidYouMean(key, Known);

    public List<RuleSource> ReadList(YamlValue value, string map, int depth = 0)
    {
        List<RuleSource> rules = [];
        if (value is not YamlList list)
        {
            diagnostics.Add(MapCodes.WrongShape, value.At, null, "Rules are a list.", "Start each rule with '- id: name'.");
            return rules;
        }

        if (list.Items.Count > MaxRules)
            diagnostics.Add(MapCodes.TooLarge, value.At, null, $"There are more than {MaxRules} rules.", "Split the map.");
        foreach (var item in list.Items)
        {
            if (Read(item, map, depth) is { } rule) rules.Add(rule);
        }

        return rules;
    }

    private RuleSource? Read(YamlValue value, string map, int depth)
    {
        if (value is not YamlMap keys)
        {
            diagnostics.Add(MapCodes.WrongShape, value.At, null, "A rule has keys.", "Write '- id: name' and below it 'to:' and 'from:'.");
            return null;
        }

        if (keys["id"] is not YamlText { Text.Length: > 0 } id)
        {
            diagnostics.Add(MapCodes.MissingKey, keys["id"]?.At ?? keys.At, null, "The rule has no id.",
                "Give it one that is unique in the map: 'id: name'.");
            return null;
        }

        if (!id.Text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            diagnostics.Add(MapCodes.WrongShape, id.At, id.Text, $"'{id.Text}' cannot be the id of a rule.",
                "Ids are made of letters, digits, '.', '_' and '-'.");
        var rule = new RuleSource(id.Text, keys.At, map);
        foreach (var entry in keys.Entries)
        {
            if (entry.Key.Text == "rules" && depth < MaxDepth) rule.Children.AddRange(ReadList(entry.Value, map, depth + 1));
            else if (entry.Key.Text == "rules")
                diagnostics.Add(MapCodes.TooLarge, entry.Key.At, rule.Id, "Rules are nested too deep.",
                    $"At most {MaxDepth} levels of child rules.");
            if (IsKnown(entry.Key.Text)) rule.Keys[entry.Key.Text] = entry;
            else diagnostics.Add(MapCodes.UnknownKey, entry.Key.At, rule.Id, $"'{entry.Key.Text}' is no key of a rule.",
                HintFor(entry.Key.Text));
        }

        return rule;
    }
}
