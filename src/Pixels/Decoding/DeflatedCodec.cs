using System.IO.Compression;
using System.Runtime.InteropServices;

namespace CloudPacs.Pixels.Decoding;

/// <summary>Deflated Image Frame Compression (PS3.5 A.4.13): a native frame as a raw deflate stream (RFC 1951).</summary>
internal sealed class DeflatedCodec : IFrameCodec
{
    private readonly NativeCodec _native = new(isBigEndian: false);

    public FrameImage Decode(FrameStream frame)
    {
        var length = (int)((frame.Shape.NativeBitsPerFrame + 7) / 8);
        var native = new byte[length];
        var source = MemoryMarshal.TryGetArray(frame.Bytes, out var segment) ? segment : new ArraySegment<byte>(frame.Bytes.ToArray());
        using var stream = new DeflateStream(
            new MemoryStream(source.Array!, source.Offset, source.Count, writable: false), CompressionMode.Decompress);
        int got;
        try
        {
            got = stream.ReadAtLeast(native, length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException)
        {
            throw PixelException.Damaged("The deflated frame is broken.");
        }

        if (got < length) throw PixelException.Damaged($"The deflated frame holds {got} bytes where the attributes need {length}.");
        // Each frame is a stream of its own and so begins at its first bit.
        return _native.Decode(frame with { Bytes = native, Number = 1 });
    }
}
