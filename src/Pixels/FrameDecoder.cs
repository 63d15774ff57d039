using CloudPacs.Pixels.Decoding;

namespace CloudPacs.Pixels;

/// <summary>From a stored frame to samples. Pure; calls may run side by side, each on a thread of its own for the time it takes.</summary>
public static class FrameDecoder
{
    /// <summary>
    /// Decodes a frame. Bytes that disagree with the attributes in size, components or precision are a problem, never a dark picture.
    /// </summary>
    public static PixelResult<FrameImage> Decode(EncodedFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return PixelResult<FrameImage>.From(() => DecodeOrThrow(frame));
    }

    /// <exception cref="PixelException">There is no picture.</exception>
    internal static FrameImage DecodeOrThrow(EncodedFrame frame)
    {
        var shape = ImageShape.Read(frame.Header);
        shape.RequireFrame(frame.Number);
        if (shape.CellsLength > Math.Min(frame.MaxDecodedBytes, Array.MaxLength))
        {
            throw new PixelException(PixelProblemKind.TooLarge,
                $"A frame of {shape.Columns} x {shape.Rows} takes {shape.CellsLength} bytes; {frame.MaxDecodedBytes} are allowed.");
        }

        var codec = PixelCodecs.Require(frame.TransferSyntaxUid);
        if (frame.Bytes.IsEmpty) throw PixelException.Damaged("The frame has no bytes.");
        if (shape.IsFloat && codec is not NativeCodec)
            throw PixelException.NotSupported("Floating point samples are read uncompressed only.");
        return codec.Decode(new FrameStream(frame.Bytes, shape, frame.Number));
    }
}
