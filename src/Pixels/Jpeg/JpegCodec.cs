using CloudPacs.Pixels.Decoding;

namespace CloudPacs.Pixels.Jpeg;

/// <summary>
/// All JPEG processes of ITU-T T.81 that DICOM uses. The stream's own frame header decides, as files whose transfer syntax names another
/// process exist and are unambiguous.
/// </summary>
internal sealed class JpegCodec : IFrameCodec
{
    public FrameImage Decode(FrameStream frame)
    {
        var header = JpegHeader.Read(frame.Bytes.Span);
        var shape = frame.Shape;
        shape.RequireSame("JPEG", header.Rows, header.Columns, header.Components.Length, header.Precision);
        if (shape.CellBytes > 2) throw PixelException.Damaged("JPEG samples have no more than 16 bits; the attributes allocate more.");
        switch (header.Process)
        {
            case JpegProcess.Lossless:
                // Lossless writers transform nothing: what the attributes say is what the samples are.
                return Color.ToRgb(shape, LosslessJpegDecoder.Decode(frame.Bytes.Span, header, shape));
            case JpegProcess.JpegLs:
                throw PixelException.Damaged("The frame is a JPEG-LS stream, the transfer syntax says JPEG.");
            default:
                var cells = DctJpegDecoder.Decode(frame.Bytes, header, shape);
                if (shape.Samples == 1) return Color.ToRgb(shape, cells);
                // What the process left is in the range of its own precision.
                var decoded = shape with { BitsStored = header.Precision, HighBit = header.Precision - 1 };
                var image = Color.ToRgb(decoded with { Photometric = IsLuminanceFirst(header, shape) ? "YBR_FULL" : "RGB" }, cells);
                return new FrameImage(shape, image.Cells, "RGB");
        }
    }

    /// <summary>
    /// Attributes and stream disagree often. Trusted are, in this order, the Adobe marker, a JFIF marker, components named R G B, the
    /// attributes.
    /// </summary>
    private static bool IsLuminanceFirst(JpegHeader header, ImageShape shape)
    {
        if (header.AdobeTransform is { } transform) return transform == 1;
        if (header.IsJfif) return true;
        if (header.Components is [{ Id: (byte)'R' }, { Id: (byte)'G' }, { Id: (byte)'B' }]) return false;
        return shape.Photometric != "RGB";
    }
}
