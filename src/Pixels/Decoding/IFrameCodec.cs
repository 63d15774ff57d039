namespace CloudPacs.Pixels.Decoding;

/// <summary>A frame on its way through a codec; sizes that the attributes give were checked.</summary>
internal readonly record struct FrameStream(ReadOnlyMemory<byte> Bytes, ImageShape Shape, int Number);

/// <summary>The decoder of some transfer syntaxes. Has no state: several threads may use one.</summary>
internal interface IFrameCodec
{
    /// <exception cref="PixelException">The stream is broken or disagrees with the attributes.</exception>
    FrameImage Decode(FrameStream frame);
}
