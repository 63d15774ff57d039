using System.Buffers.Binary;

namespace CloudPacs.Pixels.Rendering;

/// <summary>Segmented palettes (PS3.3 C.7.9.2): runs of entries, slopes, and segments said again.</summary>
internal static class SegmentedPalette
{
    private const int Discrete = 0, Linear = 1, Indirect = 2;

    /// <summary>The entries, at most <paramref name="count"/>; data that run out or make no sense are a problem.</summary>
    public static ushort[] Expand(ReadOnlySpan<byte> data, int bits, int count)
    {
        var entries = new ushort[count];
        var filled = 0;
        var words = new Words(data, bits <= 8 ? 1 : 2);
        for (var at = 0; filled < count && at < words.Count;) at = Segment(words, at, entries, ref filled, mayRefer: true);
        return filled == count ? entries : throw PixelException.Damaged($"The segmented palette has {filled} of {count} entries.");
    }

    /// <summary>Expands the segment that begins at a word and says where the next one begins.</summary>
    private static int Segment(Words words, int at, ushort[] entries, ref int filled, bool mayRefer)
    {
        var kind = words[at];
        var length = words[at + 1];
        at += 2;
        switch (kind)
        {
            case Discrete:
                for (var i = 0; i < length && filled < entries.Length; i++) entries[filled++] = words[at + i];
                return at + length;
            case Linear:
                if (filled == 0) throw PixelException.Damaged("The segmented palette begins with a slope.");
                int from = entries[filled - 1], to = words[at];
                for (var i = 1; i <= length && filled < entries.Length; i++)
                    entries[filled++] = (ushort)Math.Round(from + (to - from) * (double)i / length);
                return at + 1;
            case Indirect when mayRefer:
                // The offset is in bytes, its less significant part first.
                var isNarrow = words.Width == 1;
                var offset = isNarrow
                    ? words[at] + (words[at + 1] << 8) + (words[at + 2] << 16) + ((long)words[at + 3] << 24)
                    : (words[at] + ((long)words[at + 1] << 16)) / 2;
                if (offset >= words.Count) throw PixelException.Damaged("The segmented palette refers to what is outside of it.");
                var next = (int)offset;
                for (var i = 0; i < length && filled < entries.Length; i++)
                    next = Segment(words, next, entries, ref filled, mayRefer: false);
                return at + (isNarrow ? 4 : 2);
            default:
                throw PixelException.Damaged($"The segmented palette has a segment of kind {kind}.");
        }
    }

    /// <summary>The data as words of one or two bytes.</summary>
    private readonly ref struct Words(ReadOnlySpan<byte> data, int width)
    {
        private readonly ReadOnlySpan<byte> _data = data;

        public int Width => width;

        public int Count => _data.Length / width;

        public ushort this[int index]
        {
            get
            {
                if (index < 0 || index >= Count) throw PixelException.Damaged("The segmented palette is cut.");
                return width == 1 ? _data[index] : BinaryPrimitives.ReadUInt16LittleEndian(_data[(2 * index)..]);
            }
        }
    }
}
