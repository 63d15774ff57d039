using System.Buffers;
using System.Buffers.Binary;

namespace CloudPacs.Exchange;

/// <summary>MSH-10 of what the engine sends: recognisable as ours, unique, at most 20 characters (HL7 v2.5.1 2.15.9.10).</summary>
internal static class ControlIds
{
    private const string Prefix = "CP";

    /// <summary>
    /// Without S: there are receivers (node-hl7-client) that begin a new message wherever MSH, BHS, BTS, FHS or FTS stands before a field
    /// separator, so also behind an id that ends with it.
    /// </summary>
    private const string Digits = "0123456789ABCDEFGHJKMNPQRTUVWXYZ";

    /// <summary>S stands in ids of former versions.</summary>
    private static readonly SearchValues<char> DigitSet = SearchValues.Create(Digits + "S");

    /// <summary>The id as text: the prefix and 18 characters of base 32, 90 bits of the id.</summary>
    public static string Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var number = (UInt128)BinaryPrimitives.ReadUInt64BigEndian(bytes) << 64 | BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        // Version 7 ids carry 48 bits of time in front and the random bits behind: keep 40 bits of time and 50 random ones.
        var folded = (number >> 80 & (((UInt128)1 << 40) - 1)) << 50 | (number & (((UInt128)1 << 50) - 1));
        Span<char> text = stackalloc char[18];
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Digits[(int)(folded & 31)];
            folded >>= 5;
        }

        return Prefix + new string(text);
    }

    public static bool IsOurs(string? controlId) =>
        controlId is { Length: 20 } && controlId.StartsWith(Prefix, StringComparison.Ordinal)
            && controlId.AsSpan(2).IndexOfAnyExcept(DigitSet) < 0;
}
