using System.Numerics;
using System.Runtime.Intrinsics;

namespace CloudPacs.Hl7v2.Text;

/// <summary>Finds the n-th piece of delimited bytes without an index and without allocation.</summary>
internal static class Scan
{
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
        var (offset, count) = (0, 0);
        if (Vector256.IsHardwareAccelerated)
        {
            var wanted = Vector256.Create(value);
            for (; text.Length - offset >= Vector256<byte>.Count; offset += Vector256<byte>.Count)
            {
                var hits = Vector256.Equals(Vector256.Create(text[offset..]), wanted).ExtractMostSignificantBits();
                for (; hits != 0 && count < positions.Length; hits &= hits - 1)
                    positions[count++] = offset + BitOperations.TrailingZeroCount(hits);
            }
        }

        for (; offset < text.Length && count < positions.Length; offset++)
        {
            if (text[offset] == value) positions[count++] = offset;
        }

        return count;
    }

    /// <summary>The pieces between separators that hold a byte, counted from 0: their bits; all from number 63 on share the last.</summary>
    public static ulong PartsWith(ReadOnlySpan<byte> text, byte separator, byte value)
    {
        if (value == 0) return 0;
        var (offset, part, parts) = (0, 0, 0UL);
        if (Vector256.IsHardwareAccelerated)
        {
            var (ends, wanted) = (Vector256.Create(separator), Vector256.Create(value));
            for (; text.Length - offset >= Vector256<byte>.Count; offset += Vector256<byte>.Count)
            {
                var block = Vector256.Create(text[offset..]);
                var separators = Vector256.Equals(block, ends).ExtractMostSignificantBits();
                var hits = Vector256.Equals(block, wanted).ExtractMostSignificantBits();
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
        }

        for (; offset < text.Length; offset++)
        {
            if (text[offset] == separator) part++;
            else if (text[offset] == value) parts |= 1UL << Math.Min(part, 63);
        }

        return parts;
    }

    /// <summary>The pieces between separators that are not empty, counted from 0: their bits; from number 63 on all share one.</summary>
    public static ulong PartsSent(ReadOnlySpan<byte> text, byte separator)
    {
        var parts = 0UL;
        for (var part = 0; !text.IsEmpty; part++)
        {
            var end = text.IndexOf(separator);
            if (end != 0) parts |= 1UL << Math.Min(part, 63);
            if (end < 0) break;
            text = text[(end + 1)..];
        }

        return parts;
    }

    /// <summary>Position of the n-th (from 1) occurrence of a byte, or -1.</summary>
    public static int IndexOfNth(ReadOnlySpan<byte> text, byte value, int n)
    {
        var offset = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var wanted = Vector256.Create(value);
            for (; text.Length - offset >= Vector256<byte>.Count; offset += Vector256<byte>.Count)
            {
                var hits = Vector256.Equals(Vector256.Create(text[offset..]), wanted).ExtractMostSignificantBits();
                var count = BitOperations.PopCount(hits);
                if (count < n)
                {
                    n -= count;
                    continue;
                }

                for (; n > 1; n--) hits &= hits - 1;
                return offset + BitOperations.TrailingZeroCount(hits);
            }
        }

        for (; offset < text.Length; offset++)
        {
            if (text[offset] == value && --n == 0) return offset;
        }

        return -1;
    }
}
