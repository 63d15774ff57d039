using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CloudPacs.Pixels.Decoding;

/// <summary>Uncompressed frames (PS3.5 8.1, 8.2): byte order, one-bit packing, colour by plane, shared chrominance.</summary>
internal sealed class NativeCodec(bool isBigEndian) : IFrameCodec
{
    public FrameImage Decode(FrameStream frame)
    {
        var shape = frame.Shape;
        var bytes = frame.Bytes.Span;
        var firstBit = shape.BitsAllocated == 1 ? (int)(shape.NativeBitsPerFrame * (frame.Number - 1) & 7) : 0;
        var needed = (firstBit + shape.NativeBitsPerFrame + 7) / 8;
        if (bytes.Length < needed) throw PixelException.Damaged($"The frame has {bytes.Length} bytes where the attributes need {needed}.");
        bytes = bytes[..(int)needed];

        if (shape.BitsAllocated == 1)
        {
            var bits = new byte[shape.CellsLength];
            for (var i = 0; i < bits.Length; i++)
            {
                var at = firstBit + i;
                bits[i] = (byte)(bytes[at >> 3] >> (at & 7) & 1);
            }

            return Color.ToRgb(shape, Planes.Interleave(bits, shape));
        }

        var cells = bytes.ToArray();
        if (isBigEndian) Swap(cells, shape.CellBytes);
        if (shape.IsHalfChroma) return Color.ToRgb(shape, ExpandChroma(cells, shape));
        return Color.ToRgb(shape, Planes.Interleave(cells, shape));
    }

    private static void Swap(byte[] cells, int cellBytes)
    {
        switch (cellBytes)
        {
            case 2:
                var words = MemoryMarshal.Cast<byte, ushort>(cells.AsSpan());
                BinaryPrimitives.ReverseEndianness(words, words);
                break;
            case 4:
                var longs = MemoryMarshal.Cast<byte, uint>(cells.AsSpan());
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
            case 8:
                var quads = MemoryMarshal.Cast<byte, ulong>(cells.AsSpan());
                BinaryPrimitives.ReverseEndianness(quads, quads);
                break;
        }
    }

    /// <summary>Y Y Cb Cr of two pixels becomes Y Cb Cr twice; the first of two pixels is where the chrominance was taken.</summary>
    private static byte[] ExpandChroma(byte[] packed, ImageShape shape)
    {
        if (shape.CellBytes != 1) throw PixelException.NotSupported("Shared chrominance is read with 8 bits a sample only.");
        var cells = new byte[shape.CellsLength];
        for (long pixel = 0, to = 0; pixel < shape.Pixels; pixel++, to += 3)
        {
            var pair = pixel / 2 * 4;
            cells[to] = packed[pair + pixel % 2];
            cells[to + 1] = packed[pair + 2];
            cells[to + 2] = packed[pair + 3];
        }

        return cells;
    }
}
