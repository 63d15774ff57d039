using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Loading;

/// <summary>A site file, a sender file, or the part of one for a message type: what it lays over the maps below.</summary>
internal sealed record LayerFile(string Name, Position At)
{
    public IReadOnlyList<YamlText> Extends { get; init; } = [];

    public YamlMap? Match { get; init; }

    public YamlText? Zone { get; init; }

    public YamlMap? Vars { get; init; }

    public YamlMap? Policy { get; init; }

    public YamlMap? Tables { get; init; }

    public YamlMap? Rules { get; init; }

    public IReadOnlyList<YamlEntry> Messages { get; init; } = [];

    public IReadOnlyList<MapFile> Maps { get; init; } = [];
}
