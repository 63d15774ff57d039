using System.Globalization;
using System.IO.Pipelines;
using CloudPacs.Dicom;
using CloudPacs.Pixels;

namespace CloudPacs.Studies.Fetching;

/// <summary>
/// The compressed pixel data of an instance, decoded. All frames are decoded before anything is sent, as one that cannot be decoded fails
/// the whole; those that do not fit in memory are decoded again when their turn comes.
/// </summary>
internal sealed class DecodedPixels
{
    private const long MostHeldBytes = 32 * 1024 * 1024;
    private readonly InstanceContent _content;
    private readonly DataSet _header;
    private readonly FrameTable _frames;
    private readonly List<FrameImage> _held = [];
    private readonly int _count;
    private long _compressed;

    private DecodedPixels(InstanceContent content, DataSet header, FrameTable frames)
    {
        (_content, _header, _frames) = (content, header, frames);
        _count = Math.Max(1, header.GetInt32(Tags.NumberOfFrames) ?? 1);
    }

    /// <summary>Bytes of the value.</summary>
    public long Length => new NativePixels(_held[0], _count).Length;

    /// <summary>Cells of more than eight bits are words (PS3.5 A.2).</summary>
    public VR VR => _held[0].BitsAllocated > 8 ? VR.OW : VR.OB;

    /// <summary>What has to be said of the pixels now that they are not compressed.</summary>
    public DataSet Attributes()
    {
        var described = new DataSet();
        _held[0].DescribeIn(described);
        var lossy = _header.GetString(Tags.LossyImageCompression) == "01" ? null : LossySyntaxes.MethodOf(_content.Syntax.Uid);
        // Who says that nothing was lost is believed where the syntax allows it (PS3.3 C.7.6.1.1.5).
        if (lossy is null || (_header.Contains(Tags.LossyImageCompression) && lossy != "ISO_10918_1")) return described;
        var ratio = Length / (double)Math.Max(1, _compressed);
        return described.Set(Tags.LossyImageCompression, "01").Set(Tags.LossyImageCompressionMethod, lossy)
            .Set(Tags.LossyImageCompressionRatio, ratio.ToString("0.###", CultureInfo.InvariantCulture));
    }

    /// <exception cref="UndecodableException">A frame cannot be decoded, or is not there.</exception>
    public static async Task<DecodedPixels> DecodeAsync(InstanceContent content, DataSet header, CancellationToken cancellationToken)
    {
        if (content.Frames is not { Count: > 0 } frames)
            throw new UndecodableException(PixelProblemKind.Damaged, "The frames of the pixel data are not known.");
        var pixels = new DecodedPixels(content, header, frames);
        if (frames.Count < pixels._count)
            throw new UndecodableException(PixelProblemKind.Damaged, $"Only {frames.Count} of {pixels._count} frames are there.");
        var left = MostHeldBytes;
        for (var number = 1; number <= pixels._count; number++)
        {
            var image = await pixels.DecodeAsync(number, cancellationToken).ConfigureAwait(false);
            if (number > 1 && !image.IsLike(pixels._held[0]))
                throw new UndecodableException(PixelProblemKind.Damaged, $"Frame {number} is encoded as another kind of image.");
            pixels._compressed += frames.Find(number).Length;
            left -= image.Rows * (long)image.Columns * image.SamplesPerPixel * image.BitsAllocated / 8;
            if (number == 1 || (left >= 0 && pixels._held.Count == number - 1)) pixels._held.Add(image);
        }

        if (pixels.Length > uint.MaxValue - 1)
            throw new UndecodableException(PixelProblemKind.TooLarge, "Uncompressed it is longer than a value can be.");
        return pixels;
    }

    public async Task WriteAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        var native = new NativePixels(_held[0], _count);
        for (var number = 1; number <= _count; number++)
        {
            var image = number <= _held.Count ? _held[number - 1] : await DecodeAsync(number, cancellationToken).ConfigureAwait(false);
            var flush = await output.WriteAsync(native.Add(image), cancellationToken).ConfigureAwait(false);
            if (flush.IsCompleted) return; // nobody reads any more
        }
    }

    private async Task<FrameImage> DecodeAsync(int number, CancellationToken cancellationToken)
    {
        var bytes = await _content.ReadFrameAsync(_frames.Find(number), cancellationToken).ConfigureAwait(false);
        var frame = new EncodedFrame(_header, _content.Syntax.Uid, bytes, number);
        var decoded = await DecodingTurns.RunAsync(() => FrameDecoder.Decode(frame), cancellationToken).ConfigureAwait(false);
        return decoded.Value ?? throw new UndecodableException(decoded.Problem!.Kind, decoded.Problem.Text);
    }
}
