using System.Text;
using System.Text.Json;
using CloudPacs.Fhir.Search.Values;

namespace CloudPacs.Fhir.Search.Indexing;

/// <summary>Numbers with units (FHIR R4 search.html 3.1.1.4.13), found by the number alone and by the number of a unit.</summary>
internal static class QuantityValues
{
    private static readonly byte[] Currencies = "urn:iso:std:iso:4217"u8.ToArray();

    public static void TakeQuantity(ref Utf8JsonReader reader, long place, ValueCollector to)
    {
        if (Read(ref reader, to) is { Low: { } low, High: { } high } quantity) Add(place, low, high, quantity, to);
    }

    /// <summary>From the low quantity to the high one; what is missing is open.</summary>
    public static void TakeRange(ref Utf8JsonReader reader, long place, ValueCollector to)
    {
        var (low, high) = (default(Quantity), default(Quantity));
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isLow = reader.ValueTextEquals("low"u8);
            var isHigh = reader.ValueTextEquals("high"u8);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject && isLow) low = Read(ref reader, to);
            else if (reader.TokenType == JsonTokenType.StartObject && isHigh) high = Read(ref reader, to);
            else reader.Skip();
        }

        if (low.Low is null && high.High is null) return;
        Add(place, low.Low ?? decimal.MinValue, high.High ?? decimal.MaxValue, low.Low is null ? high : low, to);
    }

    /// <summary>From the least to the greatest of the data (FHIR R4 datatypes.html 2.24.0.8).</summary>
    public static void TakeSampledData(ref Utf8JsonReader reader, long place, ValueCollector to)
    {
        var (origin, factor, data) = (default(Quantity), 1m, default(Slice));
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isOrigin = reader.ValueTextEquals("origin"u8);
            var isFactor = reader.ValueTextEquals("factor"u8);
            var isData = reader.ValueTextEquals("data"u8);
            reader.Read();
            if (isOrigin && reader.TokenType == JsonTokenType.StartObject) origin = Read(ref reader, to);
            else if (isFactor && NumberInterval.TryParse(to[to.Text(ref reader)], out var number)) factor = number.Value;
            else if (isData && reader.TokenType == JsonTokenType.String) data = to.Text(ref reader);
            else reader.Skip();
        }

        if (origin.Low is not { } zero) return;
        var (low, high) = (zero, zero);
        if (data.IsGiven && Extent(to[data]) is var (least, most))
        {
            try
            {
                var (first, second) = (zero + (least * factor), zero + (most * factor));
                (low, high) = (Math.Min(first, second), Math.Max(first, second));
            }
            catch (OverflowException)
            {
                (low, high) = (decimal.MinValue, decimal.MaxValue);
            }
        }

        Add(place, low, high, origin, to);
    }

    private static (decimal Least, decimal Most)? Extent(ReadOnlySpan<byte> data)
    {
        (decimal Least, decimal Most)? extent = null;
        foreach (var range in data.Split((byte)' '))
        {
            // E, U and L stand for an error and for what is out of the limits.
            if (!NumberInterval.TryParse(data[range], out var number)) continue;
            extent = extent is var (least, most)
                ? (Math.Min(least, number.Value), Math.Max(most, number.Value))
                : (number.Value, number.Value);
        }

        return extent;
    }

    private static void Add(long place, decimal low, decimal high, Quantity quantity, ValueCollector to)
    {
        to.Number(place, low, high);
        var own = to.PlaceOf(place);
        if (quantity.Unit.Length > 0) to.NumberBeside(own, to.Keys.Code(to[quantity.Unit]), low, high);
        if (quantity.Code.Length == 0) return;
        if (!to[quantity.Unit].SequenceEqual(to[quantity.Code])) to.NumberBeside(own, to.Keys.Code(to[quantity.Code]), low, high);
        var system = quantity.IsMoney ? Currencies : to[quantity.System];
        to.NumberBeside(own, to.Keys.CodeOf(system, to[quantity.Code]), low, high);
    }

    private static Quantity Read(ref Utf8JsonReader reader, ValueCollector to)
    {
        var (value, comparator, result) = (default(Slice), default(Slice), default(Quantity));
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.ValueTextEquals("value"u8) ? 'v' : reader.ValueTextEquals("comparator"u8) ? 'm'
                : reader.ValueTextEquals("unit"u8) ? 'u' : reader.ValueTextEquals("system"u8) ? 's'
                : reader.ValueTextEquals("code"u8) ? 'c' : reader.ValueTextEquals("currency"u8) ? '$' : ' ';
            reader.Read();
            if (name == ' ' || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }

            var text = to.Text(ref reader);
            if (name == 'v') value = text;
            else if (name == 'm') comparator = text;
            else if (name == 'u') result = result with { Unit = text };
            else if (name == 's') result = result with { System = text };
            else result = result with { Code = text, IsMoney = name == '$' };
        }

        if (!NumberInterval.TryParse(to[value], out var number)) return result;
        var sign = Encoding.ASCII.GetString(to[comparator]);
        return result with
        {
            Low = sign is "<" or "<=" ? decimal.MinValue : number.Value,
            High = sign is ">" or ">=" ? decimal.MaxValue : number.Value,
        };
    }

    private readonly record struct Quantity(decimal? Low, decimal? High, Slice System, Slice Code, Slice Unit, bool IsMoney);
}
