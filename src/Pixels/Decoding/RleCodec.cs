using System.Buffers.Binary;

namespace CloudPacs.Pixels.Decoding;

/// <summary>
/// RLE Lossless (PS3.5 annex G): a segment for each byte of each sample, the most significant byte first, packed by PackBits.
/// </summary>
internal sealed class RleCodec : IFrameCodec
{
    private const int HeaderBytes = 64;

    public FrameImage Decode(FrameStream frame)
    {
        var shape = frame.Shape;
        var bytes = frame.Bytes.Span;
        if (bytes.Length < HeaderBytes) throw PixelException.Damaged("The RLE frame is shorter than its header.");
        if (shape.BitsAllocated == 1) throw PixelException.NotSupported("RLE with one bit a sample is not read.");
        var segments = shape.Samples * shape.CellBytes;
        var count = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (count != segments) throw PixelException.Damaged($"The RLE frame has {count} segments where the attributes need {segments}.");
        // A run of 128 bytes takes two.
        if (shape.CellsLength > bytes.Length * 64L)
            throw PixelException.Damaged($"The RLE frame of {bytes.Length} bytes is too short for {shape.Columns} x {shape.Rows}.");

        var cells = new byte[shape.CellsLength];
        for (var segment = 0; segment < segments; segment++)
        {
            var start = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 + 4 * segment)..]);
            var end = segment + 1 < segments ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[(8 + 4 * segment)..]) : (uint)bytes.Length;
            if (start < HeaderBytes || start > bytes.Length || end < start || end > bytes.Length)
                throw PixelException.Damaged($"Segment {segment + 1} of the RLE frame lies outside of it.");
            var sample = segment / shape.CellBytes;
            var first = sample * shape.CellBytes + shape.CellBytes - 1 - segment % shape.CellBytes;
            var got = Unpack(bytes[(int)start..(int)end], cells, first, segments, (int)shape.Pixels);
            // Some writers drop the zeros at the end of the last row; what lacks a row or more is broken.
            if (shape.Pixels - got >= shape.Columns)
                throw PixelException.Damaged($"Segment {segment + 1} of the RLE frame holds {got} bytes where {shape.Pixels} are needed.");
        }

        return Color.ToRgb(shape, cells);
    }

    /// <summary>Writes every <paramref name="step"/>th byte from <paramref name="to"/> on; what is too much is left.</summary>
    private static int Unpack(ReadOnlySpan<byte> packed, byte[] cells, int to, int step, int wanted)
    {
        var got = 0;
        var at = 0;
        while (at < packed.Length && got < wanted)
        {
            int code = packed[at++];
            if (code == 128) continue;
            if (code < 128)
            {
                var length = Math.Min(Math.Min(code + 1, packed.Length - at), wanted - got);
                for (var i = 0; i < length; i++, to += step) cells[to] = packed[at + i];
                at += code + 1;
                got += length;
                continue;
            }

            if (at >= packed.Length) break;
            var run = Math.Min(257 - code, wanted - got);
            var value = packed[at++];
            if (step == 1) cells.AsSpan(to, run).Fill(value);
            else for (int i = 0, position = to; i < run; i++, position += step) cells[position] = value;
            to += run * step;
            got += run;
        }

        return got;
    }
}
