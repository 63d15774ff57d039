namespace CloudPacs.Pixels;

/// <summary>
/// Puts decoded frames behind one another as native pixel data in little endian (PS3.5 8.1.1): without gaps, also where frames of one-bit
/// samples end within a byte; the whole has an even length.
/// </summary>
/// <param name="first">The first frame; all are alike.</param>
/// <param name="frames">How many there are.</param>
public sealed class NativePixels(FrameImage first, int frames)
{
    private int _held; // bits that do not fill a byte yet
    private byte _byte;
    private int _added;

    /// <summary>Bytes of all, with the padding.</summary>
    public long Length => (Bytes + 1) / 2 * 2;

    private long Bytes => first.BitsAllocated == 1 ? ((first.Cells.LongLength * frames) + 7) / 8 : first.Cells.LongLength * frames;

    /// <summary>Takes the next frame.</summary>
    /// <returns>What it adds; with the last one comes what makes the length even.</returns>
    /// <exception cref="ArgumentException">It is not like the first.</exception>
    public ReadOnlyMemory<byte> Add(FrameImage frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (!frame.IsLike(first)) throw new ArgumentException("The frames of one image are alike.", nameof(frame));
        var isLast = ++_added == frames;
        var padding = isLast ? (int)(Length - Bytes) : 0;
        if (first.BitsAllocated != 1)
        {
            if (padding == 0) return frame.Cells;
            return (byte[])[.. frame.Cells, 0];
        }

        var bits = _held + frame.Cells.Length;
        var packed = new byte[(isLast ? (bits + 7) / 8 : bits / 8) + padding];
        var at = 0;
        foreach (var cell in frame.Cells)
        {
            _byte |= (byte)((cell & 1) << _held);
            if (++_held < 8) continue;
            packed[at++] = _byte;
            (_held, _byte) = (0, 0);
        }

        if (isLast && _held > 0) packed[at] = _byte;
        return packed;
    }
}
