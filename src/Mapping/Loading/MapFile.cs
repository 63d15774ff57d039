namespace CloudPacs.Mapping.Loading;

/// <summary>A named map: rules that run at one level, or a bundle of other maps.</summary>
internal sealed record MapFile(string Name, int Version, RunLevel? Per, Position At)
{
    public required List<RuleSource> Rules { get; init; }

    public required YamlMap? Tables { get; init; }

    public required YamlMap? Vars { get; init; }

    public required IReadOnlyList<YamlText> Extends { get; init; }

    public string Reference => $"{Name}@{Version}";
}
