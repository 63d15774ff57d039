using System.Runtime.InteropServices;
using CloudPacs.Pixels.Decoding;

namespace CloudPacs.Pixels.Libraries;

/// <summary>JPEG 2000 and High-Throughput JPEG 2000 by OpenJPEG; the stream's sizes are read here before the library sees it.</summary>
internal sealed class Jpeg2000Codec(OpenJpeg library) : IFrameCodec
{
    public FrameImage Decode(FrameStream frame)
    {
        var shape = frame.Shape;
        var header = Jpeg2000Header.Read(frame.Bytes.Span);
        shape.RequireSame("JPEG 2000", header.Rows, header.Columns, header.Components, header.Precision);
        var cells = new byte[shape.CellsLength];
        library.Decode(WithEnd(frame.Bytes.Span), header.IsInBoxes, (component, columns, rows, samples) =>
        {
            if (component >= shape.Samples || columns != shape.Columns || rows != shape.Rows)
                throw PixelException.Damaged("The JPEG 2000 stream decodes to another size than its header says.");
            Store(samples, cells, component, shape);
        });
        // Without the stream's own transform the samples are what the attributes say; with it they are RGB.
        return Color.ToRgb(header.HasColorTransform && shape.Samples == 3 ? shape with { Photometric = "RGB" } : shape, cells);
    }

    /// <summary>
    /// Some writers leave out the end marker, without which the library refuses; what is cut before it still has no whole tile.
    /// </summary>
    private static ReadOnlySpan<byte> WithEnd(ReadOnlySpan<byte> stream)
    {
        ReadOnlySpan<byte> end = [0xFF, 0xD9];
        var used = stream.TrimEnd((byte)0);
        if (used.LastIndexOf(end) is >= 0 and var at && at >= used.Length - 64) return stream;
        // A zero at the end is more often padding to an even length than data.
        return (byte[])[.. stream[^1] == 0 ? stream[..^1] : stream, .. end];
    }

    /// <summary>Signed samples become the two's complement of the bits allocated.</summary>
    private static void Store(ReadOnlySpan<int> samples, byte[] cells, int first, ImageShape shape)
    {
        var step = shape.Samples;
        switch (shape.CellBytes)
        {
            case 1:
                for (int i = 0, to = first; i < samples.Length; i++, to += step) cells[to] = (byte)samples[i];
                break;
            case 2:
                var words = MemoryMarshal.Cast<byte, ushort>(cells.AsSpan());
                for (int i = 0, to = first; i < samples.Length; i++, to += step) words[to] = (ushort)samples[i];
                break;
            default:
                var longs = MemoryMarshal.Cast<byte, int>(cells.AsSpan());
                for (int i = 0, to = first; i < samples.Length; i++, to += step) longs[to] = samples[i];
                break;
        }
    }
}
