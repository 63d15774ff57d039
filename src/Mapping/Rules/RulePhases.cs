using System.Text.RegularExpressions;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Rules;

/// <summary>
/// Tells the two phases apart: worklist attributes and commands are mapped before the domain decides, FHIR and outgoing fields after.
/// Variables belong to the first unless they read <c>$state</c>, themselves or by another variable.
/// </summary>
internal sealed partial class RulePhases
{
    private readonly HashSet<string> _second = ["state"];

    public RulePhases(IEnumerable<RuleSource> rules)
    {
        var setters = rules.Where(rule => rule.Keys.ContainsKey("set")).ToList();
        for (var count = 0; count != _second.Count;)
        {
            count = _second.Count;
            foreach (var rule in setters)
            {
                if (rule.Text("set") is ['$', .. var name] && Reads(rule)) _second.Add(name);
            }
        }
    }

    /// <summary>Whether the rule, or one below it, has a part in the phase.</summary>
    public bool Runs(RuleSource rule, TargetPath? parent, bool isSecond)
    {
        if (parent is not null && !rule.Keys.ContainsKey("set")) return IsSecond(parent.Kind) == isSecond;
        if (rule.Text("set") is ['$', .. var name]) return _second.Contains(name) == isSecond;
        if (rule.Text("to") is { } to) return IsSecond(to) == isSecond;
        return rule.Children.Count == 0 ? !isSecond : rule.Children.Exists(child => Runs(child, null, isSecond));
    }

    private static bool IsSecond(TargetKind kind) => kind is TargetKind.Fhir or TargetKind.Outgoing;

    private static bool IsSecond(string target) =>
        target.StartsWith("out.", StringComparison.Ordinal) || (target.Length > 0 && char.IsAsciiLetterUpper(target[0]));

    private bool Reads(RuleSource rule) => rule.Keys.Values.Any(entry => Reads(entry.Value));

    private bool Reads(YamlValue value) => value switch
    {
        YamlText text => Variable().Matches(text.Text).Any(match => _second.Contains(match.Groups[1].Value)),
        YamlList list => list.Items.Any(Reads),
        YamlMap map => map.Entries.Any(entry => Reads(entry.Value)),
        _ => false,
    };

    [GeneratedRegex(@"\$([a-z][A-Za-z0-9_]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}
