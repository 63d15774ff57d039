using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Rules;

/// <summary>Which keys a rule must have, may not have together, and what shape their values are of.</summary>
internal static class RuleShape
{
    private static readonly string[] Texts = ["to", "set", "from", "when", "each", "map", "limit", "on null", "note"];

    private static readonly string[] Sources = ["from", "value", "rules"];

    public static bool Check(RuleSource rule, bool hasParent, CompileScope scope)
    {
        var isFine = true;
        void Complain(string code, Position at, string text, string hint)
        {
            scope.Report(code, at, text, hint);
            isFine = false;
        }

        foreach (var key in Texts)
        {
            if (rule.Keys.GetValueOrDefault(key) is { Value: not YamlText } wrong)
                Complain(MapCodes.WrongShape, wrong.Value.At, $"'{key}' must be a text.", "Write it in one line.");
        }

        var sources = Sources.Where(rule.Keys.ContainsKey).ToList();
        if (sources.Count != 1)
        {
            var found = sources.Count == 0 ? "none of them" : string.Join(" and ", sources);
            Complain(MapCodes.MissingKey, rule.At, $"A rule has exactly one of from, value and rules; this one has {found}.",
                "Keep the one that is meant.");
        }

        var hasTo = rule.Keys.ContainsKey("to");
        var hasSet = rule.Keys.ContainsKey("set");
        var isGroup = sources is ["rules"] && !hasParent;
        if (hasTo == hasSet && !(isGroup && !hasTo))
            Complain(MapCodes.MissingKey, rule.At, $"A rule has exactly one of to and set; this one has {(hasTo ? "both" : "none")}.",
                "Write to: TARGET, or set: $name.");
        if (hasSet && sources is ["rules"])
            Complain(MapCodes.WrongShape, rule.Keys["set"].Key.At, "A variable takes 'from' or 'value', not child rules.",
                "Give each child its own target.");
        if (rule.Keys.TryGetValue("else", out var other) && !rule.Keys.ContainsKey("map"))
            Complain(MapCodes.MissingKey, other.Key.At, "'else' says what to do with a key that the table lacks, and there is no 'map'.",
                "Add map: TABLE, or use ?? in the expression.");
        if (rule.Keys.GetValueOrDefault("override") is { Value: not YamlText { Text: "true" or "false" } } unclear)
            Complain(MapCodes.WrongShape, unclear.Value.At, "'override' is true or false.", "Write override: true.");
        if (sources is ["rules"] && rule.Keys["rules"].Value is not YamlList) isFine = false;
        return isFine;
    }
}
