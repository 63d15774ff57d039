using CloudPacs.Mapping.Findings;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CloudPacs.Mapping.Yaml;

/// <summary>
/// Reads one YAML file into values with places. Maps use the JSON part of YAML only: anchors, aliases and tags are refused.
/// </summary>
internal sealed class YamlFile
{
    private const int MaxDepth = 32;
    private readonly string _file;
    private readonly Diagnostics _diagnostics;
    private readonly Parser _parser;

    private YamlFile(string file, string text, Diagnostics diagnostics)
    {
        _file = file;
        _diagnostics = diagnostics;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The top mapping of the file; null when the text cannot be read (the findings say why).</summary>
    public static YamlMap? Read(string file, string text, Diagnostics diagnostics)
    {
        var reader = new YamlFile(file, text, diagnostics);
        try
        {
            reader._parser.Consume<StreamStart>();
            if (reader._parser.TryConsume<StreamEnd>(out _))
                return reader.Refuse(new Position(file, 1, 1), "The file is empty.", "Write the keys of a map, sender or test.") as YamlMap;
            reader._parser.Consume<DocumentStart>();
            var value = reader.ReadValue(0);
            reader._parser.Consume<DocumentEnd>();
            if (!reader._parser.TryConsume<StreamEnd>(out _))
                reader.Refuse(reader.Here, "The file holds a second document.", "Keep one document in a file; take the line '---' out.");
            if (value is YamlMap map) return map;
            if (value is not null)
                diagnostics.Add(MapCodes.WrongShape, value.At, null, "The file must start with keys.",
                    "Write 'key: value' lines at the left edge.");
            return null;
        }
        catch (YamlException fault)
        {
            return reader.RefuseYaml(new Position(file, (int)Math.Max(1, fault.Start.Line), (int)Math.Max(1, fault.Start.Column)),
                Sentence(fault));
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // The scanner trips over some texts, such as a flow mapping that is not closed before a key with a colon.
            return reader.RefuseYaml(reader.Here, "a bracket or a quote mark that is opened here or below is not closed.");
        }
    }

    private YamlMap? RefuseYaml(Position at, string sentence)
    {
        _diagnostics.Add(MapCodes.Yaml, at, null, $"This is not YAML: {sentence}",
            "Check the indentation of this line and the one before, and quote texts that hold ': ' or ' #' "
            + "or start with one of [ { > | * & ! % @ \" '.");
        return null;
    }

    private static string Sentence(YamlException fault)
    {
        var text = (fault.InnerException ?? fault).Message;
        var end = text.LastIndexOf("): ", StringComparison.Ordinal);
        text = (end < 0 ? text : text[(end + 3)..]).Trim();
        return text.EndsWith('.') ? text : text + ".";
    }

    private Position Here => new(_file, (int)(_parser.Current?.Start.Line ?? 1), (int)(_parser.Current?.Start.Column ?? 1));

    private YamlValue? Refuse(Position at, string text, string hint)
    {
        _diagnostics.Add(MapCodes.Yaml, at, null, text, hint);
        return null;
    }

    private YamlValue? ReadValue(int depth)
    {
        var at = Here;
        if (depth > MaxDepth && _parser.Current is { } deep) throw new YamlException(deep.Start, deep.End, "The file is nested too deep.");
        if (_parser.Current is AnchorAlias)
        {
            _parser.MoveNext();
            return Refuse(at, "Aliases (*name) are not allowed in maps.", "Write the value out.");
        }

        if (_parser.Current is NodeEvent node)
        {
            if (!node.Anchor.IsEmpty) Refuse(at, "Anchors (&name) are not allowed in maps.", "Take the anchor out.");
            if (!node.Tag.IsEmpty) Refuse(at, "Tags (!name) are not allowed in maps.", "Take the tag out.");
        }

        if (_parser.TryConsume<Scalar>(out var scalar)) return Text(at, scalar);
        return _parser.TryConsume<SequenceStart>(out _) ? ReadList(at, depth) : ReadMap(at, depth);
    }

    private static YamlText Text(Position at, Scalar scalar) =>
        new(at, scalar.Value, scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted,
        scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded || scalar.Start.Line != scalar.End.Line);

    private YamlList ReadList(Position at, int depth)
    {
        List<YamlValue> items = [];
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            if (ReadValue(depth + 1) is { } item) items.Add(item);
        }

        return new YamlList(at, items);
    }

    private YamlMap ReadMap(Position at, int depth)
    {
        _parser.Consume<MappingStart>();
        List<YamlEntry> entries = [];
        HashSet<string> keys = [];
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var keyAt = Here;
            var key = ReadValue(depth + 1);
            var value = ReadValue(depth + 1);
            if (key is not YamlText text)
            {
                if (key is not null) Refuse(keyAt, "A key must be a text.", "Write 'key: value'.");
                continue;
            }

            if (!keys.Add(text.Text))
                _diagnostics.Add(MapCodes.DuplicateKey, keyAt, null, $"The key '{text.Text}' stands twice.", "Keep one of them.");
            else if (value is not null) entries.Add(new YamlEntry(text, value));
        }

        return new YamlMap(at, entries);
    }
}
