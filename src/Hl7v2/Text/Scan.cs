using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace CloudPacs.Hl7v2.Text;

/// <summary>Finds the n-th piece of delimited bytes without an index and without allocation.</summary>
internal static class Scan
{
    /// <summary>Bytes that are looked at in one go, a bit for each.</summary>
    private const int Block = 32, Half = Block / 2;

    /// <summary>The piece number <paramref name="n"/> (from 1) between separators; false when there are fewer.</summary>
    public static bool TryPart(ReadOnlySpan<byte> text, byte separator, int n, out int start, out int length)
    {
        start = 0;
        length = 0;
        if (n < 1) return false;
        if (separator == 0)
        {
            length = text.Length;
            return n == 1;
        }

        if (n > 1)
        {
            var before = IndexOfNth(text, separator, n - 1);
            if (before < 0) return false;
            start = before + 1;
        }

        var end = text[start..].IndexOf(separator);
        length = end < 0 ? text.Length - start : end;
        return true;
    }

    public static int CountParts(ReadOnlySpan<byte> text, byte separator) =>
        text.IsEmpty ? 0 : separator == 0 ? 1 : text.Count(separator) + 1;

    /// <summary>Writes the positions of a byte, as many as there is room for.</summary>
    /// <returns>How many were written.</returns>
    public static int CopyPositions(ReadOnlySpan<byte> text, byte value, Span<int> positions)
    {
        var count = 0;
        for (var offset = 0; offset < text.Length; offset += Block)
        {
            for (var hits = Hits(text[offset..], value); hits != 0 && count < positions.Length; hits &= hits - 1)
                positions[count++] = offset + BitOperations.TrailingZeroCount(hits);
        }

        return count;
    }

    /// <summary>The pieces between separators that hold a byte, counted from 0: their bits; all from number 63 on share the last.</summary>
    public static ulong PartsWith(ReadOnlySpan<byte> text, byte separator, byte value)
    {
        if (value == 0) return 0;
        var (part, parts) = (0, 0UL);
        for (var offset = 0; offset < text.Length; offset += Block)
            Mark(Hits(text[offset..], value), Hits(text[offset..], separator), ref part, ref parts);
        return parts;
    }

    /// <summary>The pieces between separators that are not empty, counted from 0: their bits; from number 63 on all share one.</summary>
    public static ulong PartsSent(ReadOnlySpan<byte> text, byte separator)
    {
        var (part, parts) = (0, 0UL);
        for (var offset = 0; offset < text.Length; offset += Block)
        {
            var separators = Hits(text[offset..], separator);
            Mark(~separators & (uint.MaxValue >> Math.Max(0, Block - text.Length + offset)), separators, ref part, ref parts);
        }

        return parts;
    }

    /// <summary>Position of the n-th (from 1) occurrence of a byte, or -1.</summary>
    public static int IndexOfNth(ReadOnlySpan<byte> text, byte value, int n)
    {
        for (var offset = 0; offset < text.Length; offset += Block)
        {
            var hits = Hits(text[offset..], value);
            var count = BitOperations.PopCount(hits);
            if (count < n)
            {
                n -= count;
                continue;
            }

            for (; n > 1; n--) hits &= hits - 1;
            return offset + BitOperations.TrailingZeroCount(hits);
        }

        return -1;
    }

    /// <summary>Sets the bit of each piece of a block that has a hit.</summary>
    private static void Mark(uint hits, uint separators, ref int part, ref ulong parts)
    {
        while (hits != 0)
        {
            var before = (hits & (0 - hits)) - 1;
            parts |= 1UL << Math.Min(part + BitOperations.PopCount(separators & before), 63);
            // On to the next piece.
            var later = separators & ~before;
            hits &= later == 0 ? 0 : 0 - (later & (0 - later));
        }

        part += BitOperations.PopCount(separators);
    }

    /// <summary>Where a byte stands in the next <see cref="Block"/> bytes of a text, or in the fewer that are left: their bits.</summary>
    private static uint Hits(ReadOnlySpan<byte> text, byte value)
    {
        if (text.Length >= Block) return Vector256.Equals(Vector256.Create(text), Vector256.Create(value)).ExtractMostSignificantBits();
        // Most fields are short: what is left is looked at in two halves that may overlap.
        if (text.Length >= Half)
        {
            var behind = text.Length - Half;
            return Vector128.Equals(Vector128.Create(text), Vector128.Create(value)).ExtractMostSignificantBits()
                | (Vector128.Equals(Vector128.Create(text[behind..]), Vector128.Create(value)).ExtractMostSignificantBits() << behind);
        }

        if (text.Length >= sizeof(ulong))
        {
            var behind = text.Length - sizeof(ulong);
            var halves = Vector128.Create(
                BinaryPrimitives.ReadUInt64LittleEndian(text), BinaryPrimitives.ReadUInt64LittleEndian(text[behind..])).AsByte();
            var both = Vector128.Equals(halves, Vector128.Create(value)).ExtractMostSignificantBits();
            return (both & byte.MaxValue) | (both >> 8 << behind);
        }

        var hits = 0U;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == value) hits |= 1U << i;
        }

        return hits;
    }
}
