using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Rules;

/// <summary>One rule as written, with the keys of later layers laid over it.</summary>
internal sealed class RuleSource(string id, Position at, string map)
{
    public string Id { get; } = id;

    /// <summary>Where the rule itself stands.</summary>
    public Position At { get; } = at;

    /// <summary>Name of the map that the rule belongs to.</summary>
    public string Map { get; } = map;

    public Dictionary<string, YamlEntry> Keys { get; private init; } = new(StringComparer.Ordinal);

    public List<RuleSource> Children { get; private init; } = [];

    /// <summary>Where a layer switched the rule off; null = it runs.</summary>
    public Position? Off { get; set; }

    public string? Text(string key) => Keys.GetValueOrDefault(key)?.Value is YamlText text ? text.Text : null;

    /// <summary>The rules and all below them.</summary>
    public static IEnumerable<RuleSource> AllOf(IEnumerable<RuleSource> rules) =>
        rules.SelectMany(rule => AllOf(rule.Children).Prepend(rule));

    public RuleSource Clone() => new(Id, At, Map)
    {
        Keys = new(Keys, StringComparer.Ordinal),
        Children = [.. Children.Select(child => child.Clone())],
        Off = Off,
    };
}

/// <summary>One map of a sender with all layers applied; its rules belong to this sender alone.</summary>
internal sealed record FlatMap(string Name, int Version, RunLevel? Per, List<RuleSource> Rules);
