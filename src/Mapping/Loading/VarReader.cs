using System.Globalization;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Values;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Loading;

/// <summary>
/// Variables of site, sender and map files: texts, numbers, truth values and lists of texts; <c>~</c> declares one without a value.
/// </summary>
internal sealed class VarReader(Diagnostics diagnostics)
{
    private readonly Dictionary<string, MapValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MapType> _types = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, MapValue> Values => _values;

    public IReadOnlyDictionary<string, MapType> Types => _types;

    public void Apply(YamlMap? vars)
    {
        foreach (var entry in vars?.Entries ?? [])
        {
            var name = entry.Key.Text;
            if (name.Length == 0 || !char.IsAsciiLetterLower(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            {
                diagnostics.Add(MapCodes.WrongShape, entry.Key.At, null, $"'{name}' cannot name a variable.",
                    "Start it with a small letter; letters, digits and _ may follow.");
                continue;
            }

            if (name is "name" or "zone" or "base" || PolicyReader.Names.Contains(name))
            {
                diagnostics.Add(MapCodes.WrongShape, entry.Key.At, null, $"$sender.{name} is there without a variable.",
                    PolicyReader.Names.Contains(name) ? $"Set it under policy: {name}, or choose another name." : "Choose another name.");
                continue;
            }

            if (Read(entry.Value) is not var (type, value)) continue;
            if (value.HasValue || !_types.ContainsKey(name)) _types[name] = type;
            _values[name] = value;
        }
    }

    private (MapType Type, MapValue Value)? Read(YamlValue value)
    {
        switch (value)
        {
            case YamlText { IsNull: true }: return (MapType.Text, MapValue.Absent);
            case YamlText { IsQuoted: false } text when text.AsBool() is { } flag: return (MapType.Bool, MapValue.Bool(flag));
            case YamlText { IsQuoted: false } text when decimal.TryParse(text.Text,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number):
                return (MapType.Number, MapValue.Number(number));
            case YamlText text: return (MapType.Text, MapValue.Text(text.Text));
            case YamlList list when list.Items.All(item => item is YamlText):
                return (MapType.Text.List, MapValue.List(MapKind.Text, list.Items.Select(item => MapValue.Text(((YamlText)item).Text))));
        }

        diagnostics.Add(MapCodes.WrongShape, value.At, null, "A variable is a text, a number, true or false, or a list of texts.",
            "Write name: VALUE.");
        return null;
    }
}
