using CloudPacs.Pixels.Decoding;
using CloudPacs.Pixels.Jpeg;

namespace CloudPacs.Pixels.Libraries;

/// <summary>JPEG-LS, lossless and near-lossless, by CharLS; the stream's sizes are read here before the library sees it.</summary>
internal sealed class JpegLsCodec(CharLs library) : IFrameCodec
{
    public FrameImage Decode(FrameStream frame)
    {
        var shape = frame.Shape;
        var header = JpegHeader.Read(frame.Bytes.Span);
        if (header.Process != JpegProcess.JpegLs) throw PixelException.Damaged("The frame is no JPEG-LS stream.");
        shape.RequireSame("JPEG-LS", header.Rows, header.Columns, header.Components.Length, header.Precision);
        if (shape.CellBytes > 2) throw PixelException.Damaged("JPEG-LS samples have no more than 16 bits; the attributes allocate more.");

        // In this process FF is never followed by a byte above 7F but in a marker. Of a stream that was cut CharLS 2.4.1 counts zeros for
        // seconds before it gives up.
        if (frame.Bytes.Span.LastIndexOf((ReadOnlySpan<byte>)[0xFF, JpegHeader.EndOfImage]) < header.FirstScan)
            throw PixelException.Damaged("The JPEG-LS stream has no end marker: it was cut off.");

        var isNarrow = header.Precision <= 8;
        var decoded = new byte[shape.Pixels * shape.Samples * (isNarrow ? 1 : 2)];
        library.Decode(frame.Bytes.Span, decoded, out var isByPlane);
        var cells = isNarrow && shape.CellBytes == 2 ? Widen(decoded) : decoded;
        return Color.ToRgb(shape, Planes.Interleave(cells, shape with { IsPlanar = isByPlane }));
    }

    private static byte[] Widen(byte[] samples)
    {
        var cells = new byte[samples.Length * 2];
        for (var i = 0; i < samples.Length; i++) cells[2 * i] = samples[i];
        return cells;
    }
}
