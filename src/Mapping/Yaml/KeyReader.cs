using CloudPacs.Mapping.Findings;

namespace CloudPacs.Mapping.Yaml;

/// <summary>Takes keys of a YAML mapping one by one, checks their shape, and reports the ones nobody asked for.</summary>
internal sealed class KeyReader(YamlMap map, Diagnostics diagnostics, string what)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public Position At => map.At;

    public YamlText? Text(string key, bool isRequired = false)
    {
        var value = Take(key, isRequired);
        if (value is null or YamlText { IsNull: true }) return null;
        if (value is YamlText text) return text;
        Complain(value, $"'{key}' must be a text.");
        return null;
    }

    public YamlMap? Map(string key)
    {
        var value = Take(key, false);
        if (value is YamlMap or null or YamlText { IsNull: true }) return value as YamlMap;
        Complain(value, $"'{key}' must hold keys.");
        return null;
    }

    public YamlValue? Any(string key) => Take(key, false);

    /// <summary>A text or a list of texts.</summary>
    public IReadOnlyList<YamlText> Texts(string key)
    {
        var value = Take(key, false);
        if (value is YamlText text) return text.IsNull ? [] : [text];
        if (value is not YamlList list)
        {
            if (value is not null) Complain(value, $"'{key}' must be a text or a list of texts.");
            return [];
        }

        foreach (var wrong in list.Items.Where(item => item is not YamlText)) Complain(wrong, $"'{key}' must be a list of texts.");
        return [.. list.Items.OfType<YamlText>()];
    }

    /// <summary>Reports keys that were not taken.</summary>
    public void Finish()
    {
        foreach (var entry in map.Entries)
        {
            if (!_known.Contains(entry.Key.Text))
                diagnostics.Add(MapCodes.UnknownKey, entry.Key.At, null, $"'{entry.Key.Text}' is no key of {what}.",
                    Hints.DidYouMean(entry.Key.Text, _known));
        }
    }

    private YamlValue? Take(string key, bool isRequired)
    {
        _known.Add(key);
        var value = map[key];
        if (value is null && isRequired)
            diagnostics.Add(MapCodes.MissingKey, map.At, null, $"The key '{key}' is missing.",
                $"Every {what.TrimStart("a ".ToCharArray())} has it.");
        return value;
    }

    private void Complain(YamlValue value, string text) =>
        diagnostics.Add(MapCodes.WrongShape, value.At, null, text, $"See the schema of {what}.");
}
