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
    private static readonly object True = true, False = false;
    private readonly object? _data;
    private readonly bool _hasOrigin;

    private MapValue(ValueState state, MapKind kind, object? data)
    {
        State = state;
        Kind = kind;
        _data = data;
    }

    private MapValue(ValueState state, MapKind kind, object? data, in Element origin, bool hasOrigin, bool isList = false)
        : this(state, kind, data)
    {
        Origin = origin;
        _hasOrigin = hasOrigin;
        IsList = isList;
    }

    public static MapValue Absent => default;

    public static MapValue Null { get; } = new(ValueState.Null, MapKind.Nothing, null);

    public ValueState State { get; }

    /// <summary>Kind of the value; of the items, for a list.</summary>
    public MapKind Kind { get; }

    public bool IsList { get; }

    public bool HasValue => State == ValueState.Value;

    /// <summary>The part of the message that gave this value; <see cref="ValueState.Absent"/> for literals and made values.</summary>
    public Element Origin { get; }

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
        return new(state, MapKind.Node, null, element, hasOrigin: state != ValueState.Absent);
    }

    public static MapValue Segment(in Segment segment) => segment.Exists ? new(ValueState.Value, MapKind.Segment, segment) : default;

    public static MapValue Item(DataSet item) => new(ValueState.Value, MapKind.Item, item);

    /// <summary>A FHIR element: finished JSON, UTF-8.</summary>
    public static MapValue Json(byte[]? json) => json is null ? default : new(ValueState.Value, MapKind.Json, json);

    /// <summary>A FHIR element: what was written since a former length; absent when nothing was.</summary>
    internal static MapValue Json(JsonText json, int start) => json.Length == start ? default : Json(json.Take(start));

    /// <summary>A list; items without value are left out, an empty list is absent.</summary>
    public static MapValue List(MapKind kind, IEnumerable<MapValue> items)
    {
        MapValue[] all = [.. items];
        return List(kind, all, all.Length);
    }

    /// <summary>A list of the first items of an array that nobody else holds.</summary>
    internal static MapValue List(MapKind kind, MapValue[] items, int count)
    {
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            if (!items[i].HasValue) continue;
            if (kept != i) items[kept] = items[i];
            kept++;
        }

        if (kept == 0) return default;
        if (kept < items.Length) Array.Resize(ref items, kept);
        return new(ValueState.Value, kind, items, items[0].Origin, items[0]._hasOrigin, isList: true);
    }

    /// <summary>A list of one value; what has no value stays what it is.</summary>
    public static MapValue ListOf(in MapValue item) => item.HasValue
        ? new(ValueState.Value, item.Kind, new[] { item }, item.Origin, item._hasOrigin, isList: true)
        : item;

    internal static MapValue TextOf(string text, in Element origin) => new(ValueState.Value, MapKind.Text, text, origin, hasOrigin: true);

    internal static MapValue NullOf(in Element origin) => new(ValueState.Null, MapKind.Nothing, null, origin, hasOrigin: true);

    internal static MapValue Table(MapTable table) => new(ValueState.Value, MapKind.Table, table);

    internal static MapValue Pattern(Regex pattern) => new(ValueState.Value, MapKind.Pattern, pattern);

    /// <summary>The same value, said to come from where the other came from; keeps an origin that is already known.</summary>
    public MapValue From(in MapValue source) =>
        _hasOrigin || State == ValueState.Absent ? this : new(State, Kind, _data, source.Origin, source._hasOrigin, IsList);

    /// <summary>Whether it is known where in the message the value came from.</summary>
    internal bool HasOrigin => _hasOrigin;

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
        MapKind.Node => Origin.Unpadded,
        MapKind.Number => ((decimal)_data!).ToString("0.############", CultureInfo.InvariantCulture),
        MapKind.Bool => (bool)_data! ? "true" : "false",
        MapKind.Code => ((MapCode)_data!).Code,
        MapKind.Identifier => ((MappedIdentifier)_data!).Value,
        MapKind.Time => ((MapTime)_data!).ToString(),
        _ => null,
    };

    public decimal? AsNumber() => HasValue && Kind == MapKind.Number ? (decimal)_data! : null;

    /// <summary>Conditions: absent and null are false.</summary>
    public bool IsTrue => HasValue && ReferenceEquals(_data, True);

    public MapCode? AsCode() => HasValue ? _data as MapCode : null;

    public MapTime? AsTime() => HasValue ? _data as MapTime : null;

    public MappedIdentifier? AsIdentifier() => HasValue && _data is MappedIdentifier identifier ? identifier : null;

    /// <summary>The segment, or one that does not exist.</summary>
    public Segment AsSegment() => HasValue && _data is Segment segment ? segment : default;

    /// <summary>The part of the message; absent when this is no node.</summary>
    public Element AsNode() => Kind == MapKind.Node && !IsList ? Origin : default;

    public DataSet? AsItem() => HasValue ? _data as DataSet : null;

    /// <summary>A FHIR element as JSON, UTF-8; null when it is none.</summary>
    public byte[]? AsJson() => HasValue && Kind == MapKind.Json ? _data as byte[] : null;

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
        _ when AsJson() is { } json => Encoding.UTF8.GetString(json),
        _ => AsText() ?? _data?.ToString() ?? "",
    };

    private static string Describe(DataElement element) =>
        element.Items.Count > 0 ? $"{element.Tag} ({element.Items.Count})" : string.Join('\\', element.Values);
}

/// <summary>
/// A code value. <paramref name="System"/> is a URI or a v2 scheme name as it stands in the table or message; null = unknown.
/// </summary>
public sealed record MapCode(string Code, string? System = null, string? Display = null, string? Version = null);
