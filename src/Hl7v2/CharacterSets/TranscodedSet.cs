using System.Buffers;
using System.Text;

namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>
/// A set whose characters can hold bytes that look like separators: messages in it are decoded to UTF-8 before they are split.
/// </summary>
internal abstract class TranscodedSet(string label) : CharacterSet(label)
{
    /// <summary>No step makes more UTF-8 bytes per byte taken: a half-width Katakana is one byte here and three there.</summary>
    public const int MaxGrowth = 3;

    /// <summary>Takes a run of ASCII, one character or one shift from the front.</summary>
    /// <param name="raw">What is left of the line, not empty.</param>
    /// <param name="delimiters">Separators of the message: shifts end at them.</param>
    /// <param name="state">Starts as default at each line.</param>
    /// <param name="utf8">Room for <see cref="MaxGrowth"/> times the bytes left.</param>
    /// <param name="written">Bytes of UTF-8 made; 0 for a shift.</param>
    /// <returns>Bytes taken, at least one.</returns>
    protected abstract int Step(ReadOnlySpan<byte> raw, in Delimiters delimiters, ref ShiftState state, Span<byte> utf8, out int written);

    /// <summary>Decodes one segment; returns the number of bytes of UTF-8.</summary>
    public int ToUtf8(ReadOnlySpan<byte> line, in Delimiters delimiters, Span<byte> utf8)
    {
        var state = default(ShiftState);
        var total = 0;
        while (!line.IsEmpty)
        {
            line = line[Step(line, delimiters, ref state, utf8[total..], out var written)..];
            total += written;
        }

        return total;
    }

    /// <summary>
    /// Where the UTF-8 position <paramref name="utf8Offset"/> of a segment lies in its bytes: before shifts that stand there, or after
    /// them.
    /// </summary>
    public int RawOffset(ReadOnlySpan<byte> line, in Delimiters delimiters, int utf8Offset, bool isAfterShifts)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(line.Length * MaxGrowth);
        var state = default(ShiftState);
        var position = 0;
        var total = 0;
        while (position < line.Length && (isAfterShifts ? total <= utf8Offset : total < utf8Offset))
        {
            var taken = Step(line[position..], delimiters, ref state, scratch, out var written);
            if (total + written > utf8Offset)
            {
                // Positions of interest are at separators, which are ASCII: inside a run bytes and UTF-8 go together.
                position += utf8Offset - total;
                break;
            }

            total += written;
            position += taken;
        }

        ArrayPool<byte>.Shared.Return(scratch);
        return position;
    }

    public override int Decode(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        var utf8 = ArrayPool<byte>.Shared.Rent(bytes.Length * MaxGrowth);
        var length = ToUtf8(bytes, default, utf8);
        var count = Encoding.UTF8.GetChars(utf8.AsSpan(0, length), chars);
        ArrayPool<byte>.Shared.Return(utf8);
        return count;
    }

    protected static int WriteUtf8(ReadOnlySpan<char> text, Span<byte> utf8) => Encoding.UTF8.GetBytes(text, utf8);

    /// <summary>What is invoked at a place of a line; default is the base set of the message.</summary>
    protected internal struct ShiftState
    {
        public ShiftTarget Left, Right;

        /// <summary>The single-byte set in the right half when <see cref="Right"/> is <see cref="ShiftTarget.SingleByte"/>.</summary>
        public SingleByteSet? RightSet;

        /// <summary>
        /// Bytes of the line left at the next return to ASCII, and whether there is none: looked for once, not at each character.
        /// </summary>
        public int LeftAtReturn;
        public bool NeverReturns;
    }
}
