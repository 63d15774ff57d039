using CloudPacs.Mapping.Findings;

namespace CloudPacs.Mapping.Yaml;

/// <summary>A YAML node with its place.</summary>
internal abstract record YamlValue(Position At);

/// <summary>A scalar; <paramref name="IsQuoted"/> tells a text from what looks like a number, truth value or null.</summary>
internal sealed record YamlText(Position At, string Text, bool IsQuoted, bool IsBlock) : YamlValue(At)
{
    public bool IsNull => !IsQuoted && Text is "" or "~" or "null";

    public bool? AsBool() => IsQuoted
        ? null
        : Text switch { "true" or "on" or "yes" => true, "false" or "off" or "no" => false, _ => null };

    /// <summary>Place of a character of the text; block texts have only their start.</summary>
    public Position Of(int offset) => IsBlock ? At : At with { Column = At.Column + offset + (IsQuoted ? 1 : 0) };
}

internal sealed record YamlList(Position At, IReadOnlyList<YamlValue> Items) : YamlValue(At);

internal sealed record YamlEntry(YamlText Key, YamlValue Value);

internal sealed record YamlMap(Position At, IReadOnlyList<YamlEntry> Entries) : YamlValue(At)
{
    public YamlEntry? Find(string key)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key.Text == key) return entry;
        }

        return null;
    }

    public YamlValue? this[string key] => Find(key)?.Value;
}
