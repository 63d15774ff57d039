using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Mapping.Values;

/// <summary>
/// A value of the mapping language in one of three states: absent (nothing sent), null (v2 <c>""</c>: delete), value.
/// It remembers the part of the message that it came from, for error locations and explain.
/// </summary>
public readonly struct MapValue
{
    // The second word of a part of the message that has a value is its place there and this mark. That of any other value is, from the
    // lowest bit on: no mark, state, kind, whether it is a list, whether its origin is known, and the origin: length and start.
    private const ulong PartMark = 1;
    private const int StateAt = 1, KindAt = 3, LengthAt = 9, StartAt = 34;
    private const ulong ListMark = 1UL << 7, OriginMark = 1UL << 8,
        ValueMark = (ulong)ValueState.Value << StateAt, NullMark = (ulong)ValueState.Null << StateAt;
    private const ulong OriginBits = OriginMark | (ulong.MaxValue << LengthAt);

    /// <summary>An origin that is longer is told as if it ended here.</summary>
    private const int MaxOrigin = (1 << (StartAt - LengthAt)) - 1;

    private static readonly object True = true, False = false;

    // Two words go in registers, and values are handed on all the time.
    private readonly object? _data;
    private readonly ulong _form;

    private MapValue(object? data, ulong form)
    {
        _data = data;
        _form = form;
    }

    private MapValue(ValueState state, MapKind kind, object? data)
        : this(data, ((ulong)state << StateAt) | ((ulong)kind << KindAt))
    {
    }

    public static MapValue Absent => default;

    public static MapValue Null { get; } = new(ValueState.Null, MapKind.Nothing, null);

    public ValueState State => IsPart ? ValueState.Value : (ValueState)((_form >> StateAt) & 3);

    /// <summary>Kind of the value; of the items, for a list.</summary>
    public MapKind Kind => IsPart ? MapKind.Node : (MapKind)((_form >> KindAt) & 15);

    public bool IsList => !IsPart && (_form & ListMark) != 0;

    internal bool IsAbsent => (_form & (PartMark | ValueMark | NullMark)) == 0;

    public bool HasValue => (_form & (PartMark | ValueMark)) != 0;

    /// <summary>Where in the message the part stands that gave this value; of length 0 for literals and made values.</summary>
    public (int Start, int Length) Origin => IsPart
        ? (AsNode().Start, AsNode().Length)
        : ((int)(_form >> StartAt), (int)(_form >> LengthAt) & MaxOrigin);

    /// <summary>Whether it is known where in the message the value came from.</summary>
    internal bool HasOrigin => (_form & (IsPart ? PartMark : OriginMark)) != 0;

    /// <summary>A part of the message that has a value.</summary>
    private bool IsPart => (_form & PartMark) != 0;

    /// <summary>A text; null or empty text is absent.</summary>
    public static MapValue Text(string? text) => string.IsNullOrEmpty(text) ? default : new(ValueState.Value, MapKind.Text, text);

    public static MapValue Number(decimal number) => new(ValueState.Value, MapKind.Number, number);

    public static MapValue Bool(bool value) => new(ValueState.Value, MapKind.Bool, value ? True : False);

    public static MapValue Code(MapCode code) => new(ValueState.Value, MapKind.Code, code);

    public static MapValue Time(MapTime time) => new(ValueState.Value, MapKind.Time, time);

    public static MapValue Identifier(MappedIdentifier identifier) => new(ValueState.Value, MapKind.Identifier, identifier);

    /// <summary>A part of the message, in the state that the message gives it.</summary>
    public static MapValue Node(in Element element)
    {
        var state = element.State;
        if (state == ValueState.Value) return new(element.Message, (element.Place << 1) | PartMark);
        if (element.Length == 0) return default;
        return new(element, new MapValue(state, MapKind.Node, null)._form | OriginOf(element, isKnown: state == ValueState.Null));
    }

    public static MapValue Segment(in Segment segment) => segment.Exists ? new(ValueState.Value, MapKind.Segment, segment) : default;

    public static MapValue Item(DataSet item) => new(ValueState.Value, MapKind.Item, item);

    /// <summary>A FHIR element: finished JSON, UTF-8.</summary>
    public static MapValue Json(byte[]? json) => json is null ? default : new(ValueState.Value, MapKind.Json, json);

    /// <summary>A FHIR element: what was written since a former length; absent when nothing was.</summary>
    internal static MapValue Json(JsonText json, int start) => json.Length == start ? default : Json(json.Take(start));

    /// <summary>A FHIR element: all that a text holds, until that changes; absent when it is empty.</summary>
    internal static MapValue Written(JsonText json) => json.Length == 0 ? default : new(ValueState.Value, MapKind.Json, json);

    /// <summary>
    /// A list; items without value are left out. Without any it is absent, or null when nothing but <c>""</c> was sent.
    /// </summary>
    public static MapValue List(MapKind kind, IEnumerable<MapValue> items)
    {
        MapValue[] all = [.. items];
        return List(kind, all, all.Length);
    }

    /// <summary>A list of the first items of an array that nobody else holds.</summary>
    internal static MapValue List(MapKind kind, MapValue[] items, int count)
    {
        var kept = 0;
        var nothing = Absent;
        for (var i = 0; i < count; i++)
        {
            if (!items[i].HasValue)
            {
                if (nothing.IsAbsent) nothing = items[i];
                continue;
            }

            if (kept != i) items[kept] = items[i];
            kept++;
        }

        if (kept == 0) return nothing;
        if (kept < items.Length) Array.Resize(ref items, kept);
        return ListOf(kind, items);
    }

    /// <summary>A list of one value; what has no value stays what it is.</summary>
    public static MapValue ListOf(in MapValue item) => item.HasValue ? ListOf(item.Kind, [item]) : item;

    internal static MapValue TextOf(string text, in Element origin) =>
        new(text, new MapValue(ValueState.Value, MapKind.Text, null)._form | OriginOf(origin, isKnown: true));

    internal static MapValue NullOf(in Element origin) => new(null, Null._form | OriginOf(origin, isKnown: true));

    internal static MapValue Table(MapTable table) => new(ValueState.Value, MapKind.Table, table);

    internal static MapValue Pattern(Regex pattern) => new(ValueState.Value, MapKind.Pattern, pattern);

    /// <summary>The same value, said to come from where the other came from; keeps an origin that is already known.</summary>
    public MapValue From(in MapValue source) =>
        HasOrigin || State == ValueState.Absent ? this : new(_data, (_form & ~OriginBits) | source.OriginForm);

    /// <summary>
    /// The items of a list; the value itself when it is no list; nothing when there is no value. An array for speed: not to be changed.
    /// </summary>
    public MapValue[] Items => !HasValue ? [] : IsList ? (MapValue[])_data! : [this];

    /// <summary>
    /// Reads the value as text: a node is its first component and sub-component, a code its code, an identifier its number; null when there
    /// is none.
    /// </summary>
    public string? AsText() => State != ValueState.Value || IsList ? null : Kind switch
    {
        MapKind.Text => (string)_data!,
        MapKind.Node => AsNode().Unpadded,
        MapKind.Number => ((decimal)_data!).ToString("0.############", CultureInfo.InvariantCulture),
        MapKind.Bool => (bool)_data! ? "true" : "false",
        MapKind.Code => ((MapCode)_data!).Code,
        MapKind.Identifier => ((MappedIdentifier)_data!).Value,
        MapKind.Time => ((MapTime)_data!).ToString(),
        _ => null,
    };

    /// <summary>Whether both can be read as text, and as the same one. Parts of the message need no text made for that.</summary>
    internal bool TextEquals(in MapValue other) => IsPart && other.IsPart
        ? AsNode().TextEquals(other.AsNode())
        : AsText() is { } text && text == other.AsText();

    public decimal? AsNumber() => HasValue && Kind == MapKind.Number ? (decimal)_data! : null;

    /// <summary>Conditions: absent and null are false.</summary>
    public bool IsTrue => HasValue && ReferenceEquals(_data, True);

    public MapCode? AsCode() => HasValue ? _data as MapCode : null;

    public MapTime? AsTime() => HasValue ? _data as MapTime : null;

    public MappedIdentifier? AsIdentifier() => HasValue ? _data as MappedIdentifier : null;

    /// <summary>The segment, or one that does not exist.</summary>
    public Segment AsSegment() => HasValue && _data is Segment segment ? segment : default;

    /// <summary>The part of the message; absent when this is no node.</summary>
    public Element AsNode() => IsPart ? Element.At((Message)_data!, _form >> 1) : _data is Element missing ? missing : default;

    public DataSet? AsItem() => HasValue ? _data as DataSet : null;

    /// <summary>A FHIR element as JSON, UTF-8; empty when it is none.</summary>
    public ReadOnlySpan<byte> AsJson() => _data is byte[] json ? json : _data is JsonText text ? text.Written : default;

    /// <summary>The table that a <see cref="MapKind.Table"/> parameter names.</summary>
    public MapTable? AsTable() => _data as MapTable;

    /// <summary>The compiled expression of a <see cref="MapKind.Pattern"/> parameter.</summary>
    public Regex? AsPattern() => _data as Regex;

    public override string ToString() => State switch
    {
        ValueState.Absent => "(absent)",
        ValueState.Null => "(null)",
        _ when IsList => $"[{string.Join(", ", Items)}]",
        _ when AsItem() is { } item => $"{{{string.Join(", ", item.Select(Describe))}}}",
        _ when Kind == MapKind.Json => Encoding.UTF8.GetString(AsJson()),
        _ => AsText() ?? (IsPart ? "" : _data?.ToString() ?? ""),
    };

    /// <summary>What another value takes over as its origin.</summary>
    private ulong OriginForm => IsPart ? OriginOf(AsNode(), isKnown: true) : _form & OriginBits;

    private static ulong OriginOf(in Element part, bool isKnown) =>
        ((ulong)part.Start << StartAt) | ((ulong)Math.Min(part.Length, MaxOrigin) << LengthAt) | (isKnown ? OriginMark : 0);

    private static MapValue ListOf(MapKind kind, MapValue[] items) =>
        new(items, new MapValue(ValueState.Value, kind, null)._form | ListMark | items[0].OriginForm);

    private static string Describe(DataElement element) =>
        element.Items.Count > 0 ? $"{element.Tag} ({element.Items.Count})" : string.Join('\\', element.Values);
}

/// <summary>
/// A code value. <paramref name="System"/> is a URI or a v2 scheme name as it stands in the table or message; null = unknown.
/// </summary>
public sealed record MapCode(string Code, string? System = null, string? Display = null, string? Version = null);
