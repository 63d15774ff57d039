namespace CloudPacs.Dicom;

/// <summary>
/// One attribute with its value, immutable but for the items of a sequence. Text is Unicode; it is decoded from the wire at first use.
/// </summary>
public sealed class DataElement
{
    private readonly IReadOnlyList<DataSet>? _items;
    private IReadOnlyList<string>? _values;
    private readonly ReadOnlyMemory<byte> _bytes;

    private DataElement(Tag tag, VR vr, IReadOnlyList<string>? values, ReadOnlyMemory<byte> bytes, IReadOnlyList<DataSet>? items)
    {
        Tag = tag;
        VR = vr;
        _values = values;
        _bytes = bytes;
        _items = items;
    }

    public Tag Tag { get; }

    public VR VR { get; }

    /// <summary>No value: zero length, only padding, or a sequence without items.</summary>
    public bool IsEmpty => BulkData == null && VrRules.For(VR).Kind switch
    {
        VrKind.Sequence => Items.Count == 0,
        VrKind.Binary => _bytes.IsEmpty,
        _ => Values.Count == 0,
    };

    /// <summary>
    /// Text and numbers as text, padding removed; an empty value among several is an empty text. Empty for sequences and byte strings.
    /// </summary>
    public IReadOnlyList<string> Values => _values ??= DecodeValues();

    /// <summary>The items of a sequence; empty for anything else.</summary>
    public IReadOnlyList<DataSet> Items => _items ?? [];

    /// <summary>
    /// The value field as it was read; for numbers and byte strings little endian and also there when made in memory; empty for text made
    /// in memory.
    /// </summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The bytes are items with fragments of compressed pixel data, without the closing delimiter (PS3.5 A.4).</summary>
    public bool IsEncapsulated { get; private init; }

    /// <summary>Where the value is, when it was left where it is stored; then there are no values and bytes here.</summary>
    public BulkData? BulkData { get; private init; }

    /// <summary>What text bytes are encoded in; only set on elements that were read.</summary>
    internal SpecificCharacterSet? CharacterSet { get; set; }

    /// <summary>An element with one text or number, or several texts with backslashes between.</summary>
    /// <exception cref="ArgumentException">The representation holds no text, or a number does not read as one.</exception>
    public static DataElement Create(Tag tag, VR vr, string value)
    {
        string[] values = [value];
        // What is no plain text of one value goes the long way.
        return VrRules.For(vr) is { IsString: true } rule && rule.Kind != VrKind.Number && value.Length > 0
            && !(rule.MultiValued && value.Contains('\\', StringComparison.Ordinal))
            ? new DataElement(tag, vr, values, default, null)
            : Create(tag, vr, (IReadOnlyList<string>)values);
    }

    /// <summary>An element with text or numbers. A backslash in a value of a multi-valued representation separates values.</summary>
    /// <exception cref="ArgumentException">The representation holds no text, or a number does not read as one.</exception>
    public static DataElement Create(Tag tag, VR vr, params IReadOnlyList<string> values)
    {
        var rule = VrRules.For(vr);
        if (values.Count == 0 || (values.Count == 1 && values[0].Length == 0)) return CreateEmpty(tag, vr);
        if (rule.Kind == VrKind.Number)
        {
            var parts = Split(values);
            return NumberCodec.TryEncode(vr, parts, out var encoded)
                ? new DataElement(tag, vr, parts, encoded, null)
                : throw new ArgumentException($"A value of {tag} is not a number of kind {vr}.", nameof(values));
        }

        if (!rule.IsString) throw new ArgumentException($"{tag} has the representation {vr}, which holds no text.", nameof(vr));
        if (!rule.MultiValued && values.Count > 1)
            throw new ArgumentException($"{tag} of representation {vr} takes one value.", nameof(values));
        return new DataElement(tag, vr, rule.MultiValued ? Split(values) : [.. values], default, null);
    }

    /// <summary>An element with a byte string (OB OD OF OL OV OW UN) or the little endian bytes of numbers.</summary>
    public static DataElement CreateBinary(Tag tag, VR vr, ReadOnlyMemory<byte> bytes, bool isEncapsulated = false) =>
        VrRules.For(vr).Kind is VrKind.Binary or VrKind.Number
            ? new DataElement(tag, vr, null, bytes, null) { IsEncapsulated = isEncapsulated }
            : throw new ArgumentException($"{vr} is not a binary representation.", nameof(vr));

    /// <summary>An element whose value stays where it is stored.</summary>
    internal static DataElement CreateBulk(Tag tag, VR vr, BulkData bulkData) => new(tag, vr, [], default, null) { BulkData = bulkData };

    public static DataElement CreateSequence(Tag tag, params IReadOnlyList<DataSet> items) => new(tag, VR.SQ, [], default, items);

    public static DataElement CreateEmpty(Tag tag, VR vr) => new(tag, vr, [], default, vr == VR.SQ ? [] : null);

    /// <summary>Whether tag, representation and values are the same, however they are encoded.</summary>
    public bool IsSameAs(DataElement other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other)) return true;
        if (Tag != other.Tag || VR != other.VR || IsEncapsulated != other.IsEncapsulated) return false;
        return VrRules.For(VR).Kind switch
        {
            VrKind.Sequence => Items.Count == other.Items.Count
                && Items.Zip(other.Items).All(static pair => pair.First.IsSameAs(pair.Second)),
            VrKind.Binary or VrKind.Number => _bytes.Span.SequenceEqual(other._bytes.Span),
            _ => Values.SequenceEqual(other.Values, StringComparer.Ordinal),
        };
    }

    internal static DataElement FromWire(Tag tag, VR vr, ReadOnlyMemory<byte> bytes, SpecificCharacterSet characterSet) =>
        new(tag, vr, null, bytes, null) { CharacterSet = characterSet };

    private static string[] Split(IReadOnlyList<string> values)
    {
        foreach (var value in values)
            if (value.Contains('\\', StringComparison.Ordinal)) return string.Join('\\', values).Split('\\');
        return [.. values];
    }

    private string[] DecodeValues()
    {
        var rule = VrRules.For(VR);
        if (_bytes.IsEmpty || rule.Kind is VrKind.Binary or VrKind.Sequence) return [];
        if (rule.Kind == VrKind.Number) return NumberCodec.Decode(VR, _bytes.Span);
        var text = (CharacterSet ?? SpecificCharacterSet.Default).Decode(_bytes.Span, VR);
        if (!rule.MultiValued || !text.Contains('\\', StringComparison.Ordinal))
        {
            var value = Trim(text, rule);
            return value.Length == 0 ? [] : [value];
        }

        var parts = text.Split('\\');
        for (var i = 0; i < parts.Length; i++) parts[i] = Trim(parts[i], rule);
        return parts;
    }

    private static string Trim(string text, VrRule rule)
    {
        var value = text.AsSpan().TrimEnd(" \0");
        if (!rule.KeepsLeadingSpaces) value = value.TrimStart(' ');
        return value.Length == text.Length ? text : value.ToString();
    }
}
