using CloudPacs.Dicom;

namespace CloudPacs.Pixels;

/// <summary>Where the frames of native pixel data lie (PS3.5 8.1.1): one after the other without a gap.</summary>
public static class NativeFrames
{
    /// <summary>
    /// The bytes of the value field that hold a frame. Frames of one-bit images begin at any bit: the range then takes in the whole bytes
    /// around it.
    /// </summary>
    /// <param name="header">Holds the attributes of the Image Pixel module.</param>
    /// <param name="number">1 for the first frame.</param>
    public static PixelResult<NativeFrameRange> ByteRange(DataSet header, int number) => PixelResult<NativeFrameRange>.From(() =>
    {
        var shape = ImageShape.Read(header);
        shape.RequireFrame(number);
        var bits = shape.NativeBitsPerFrame;
        var first = bits * (number - 1);
        return new NativeFrameRange(first / 8, (int)((first + bits + 7) / 8 - first / 8));
    });
}

/// <param name="Offset">First byte, counted from the start of the value field.</param>
/// <param name="Length">In bytes.</param>
public sealed record NativeFrameRange(long Offset, int Length);
