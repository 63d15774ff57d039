using System.Buffers;
using System.Buffers.Text;

namespace CloudPacs.Fhir.Validation;

/// <summary>The forms of primitive values (FHIR R4 datatypes.html 2.24.0.1), over the UTF-8 of the value.</summary>
internal static class PrimitiveRules
{
    private static readonly SearchValues<byte> IdBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."u8);

    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\r\n\f\v"u8);

    private static readonly SearchValues<byte> LowerHex = SearchValues.Create("0123456789abcdef"u8);

    private static readonly SearchValues<byte> Forbidden =
        SearchValues.Create([.. Enumerable.Range(0, ' ').Select(static c => (byte)c).Except("\t\r\n"u8.ToArray())]);

    private static readonly SearchValues<byte> Base64Bytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"u8);

    public static bool IsNumber(PrimitiveKind kind, ReadOnlySpan<byte> value) => kind switch
    {
        PrimitiveKind.Decimal => true,
        _ => Utf8Parser.TryParse(value, out int number, out var read) && read == value.Length
            && number >= (kind switch { PrimitiveKind.UnsignedInt => 0, PrimitiveKind.PositiveInt => 1, _ => int.MinValue })
            && !value.SequenceEqual("-0"u8),
    };

    /// <param name="kind">Type of the value; one that is a text in JSON.</param>
    /// <param name="value">The text, without its quotes and escapes; not empty.</param>
    public static bool IsText(PrimitiveKind kind, ReadOnlySpan<byte> value) => kind switch
    {
        PrimitiveKind.Code => IsCode(value),
        PrimitiveKind.Id => IsId(value),
        PrimitiveKind.Uri => IsUri(value),
        PrimitiveKind.Oid => IsOid(value),
        PrimitiveKind.Uuid => IsUuid(value),
        PrimitiveKind.Date => TimeRules.IsDate(value),
        PrimitiveKind.DateTime => TimeRules.IsDateTime(value),
        PrimitiveKind.Instant => TimeRules.IsInstant(value),
        PrimitiveKind.Time => TimeRules.IsTime(value),
        PrimitiveKind.Base64Binary => IsBase64(value),
        PrimitiveKind.Xhtml => NarrativeRules.IsDiv(value),
        _ => IsString(value),
    };

    public static bool IsId(ReadOnlySpan<byte> value) => value.Length is > 0 and <= 64 && value.IndexOfAnyExcept(IdBytes) < 0;

    private static bool IsString(ReadOnlySpan<byte> value) =>
        value.IndexOfAnyExcept(Blanks) >= 0 && value.IndexOfAny(Forbidden) < 0;

    private static bool IsCode(ReadOnlySpan<byte> value)
    {
        if (value.IndexOfAny(Blanks) < 0) return value.IndexOfAny(Forbidden) < 0;
        if (Blanks.Contains(value[0]) || Blanks.Contains(value[^1]) || value.IndexOfAny(Forbidden) >= 0) return false;
        for (var i = 1; i < value.Length; i++)
        {
            if (Blanks.Contains(value[i]) && Blanks.Contains(value[i - 1])) return false;
        }

        return true;
    }

    /// <summary>An official example has a UUID in upper case as a uri, and so have systems in use: what is no blank is let pass.</summary>
    private static bool IsUri(ReadOnlySpan<byte> value) => value.IndexOfAny(Blanks) < 0 && value.IndexOfAny(Forbidden) < 0;

    private static bool IsOid(ReadOnlySpan<byte> value)
    {
        if (!value.StartsWith("urn:oid:"u8)) return false;
        var arcs = value["urn:oid:"u8.Length..];
        if (arcs.Length < 3 || arcs[0] is < (byte)'0' or > (byte)'2' || arcs[1] != '.') return false;
        for (var at = 1; at < arcs.Length;)
        {
            // At a dot, which a number without a leading zero follows.
            var number = arcs[(at + 1)..];
            var end = number.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (end < 0) end = number.Length;
            if (end == 0 || (number[0] == '0' && end > 1) || (end < number.Length && number[end] != '.')) return false;
            at += end + 1;
        }

        return true;
    }

    private static bool IsUuid(ReadOnlySpan<byte> value)
    {
        if (value.Length != 45 || !value.StartsWith("urn:uuid:"u8)) return false;
        var uuid = value[9..];
        return uuid[8] == '-' && uuid[13] == '-' && uuid[18] == '-' && uuid[23] == '-' && AreHex(uuid[..8]) && AreHex(uuid[9..13])
            && AreHex(uuid[14..18]) && AreHex(uuid[19..23]) && AreHex(uuid[24..]);

        static bool AreHex(ReadOnlySpan<byte> digits) => digits.IndexOfAnyExcept(LowerHex) < 0;
    }

    private static bool IsBase64(ReadOnlySpan<byte> value) => value.IndexOfAnyExcept(Base64Bytes) < 0 && Base64.IsValid(value);
}
