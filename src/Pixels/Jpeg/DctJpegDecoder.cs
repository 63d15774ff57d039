using JpegLibrary;

namespace CloudPacs.Pixels.Jpeg;

/// <summary>
/// Baseline, extended and progressive JPEG of 8 and 12 bits by a managed library; what it throws on broken streams becomes words.
/// </summary>
internal static class DctJpegDecoder
{
    /// <summary>A progressive stream walks over all its coefficients once a scan; real ones have about ten.</summary>
    private const int MaxScans = 64;

    /// <summary>Samples by pixel as the stream holds them, luminance and chrominance unconverted.</summary>
    public static byte[] Decode(ReadOnlyMemory<byte> stream, JpegHeader header, ImageShape shape)
    {
        if (header.Precision is not (8 or 12)) throw PixelException.Damaged($"The JPEG stream has samples of {header.Precision} bits.");
        // A block of 64 samples takes two codes of a bit at least.
        var components = header.Components;
        var most = components.Max(component => component.Horizontal * component.Vertical);
        if (shape.Pixels * components[0].Horizontal * components[0].Vertical / most > stream.Length * 256L)
            throw PixelException.Damaged($"The JPEG stream of {stream.Length} bytes is too short for {header.Columns} x {header.Rows}.");
        RequireEnd(stream.Span, header);

        var writer = new SampleWriter(shape, header);
        var decoder = new JpegDecoder();
        try
        {
            decoder.SetInput(stream);
            decoder.Identify(loadQuantizationTables: false);
            decoder.SetOutputWriter(writer);
            decoder.Decode();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException and not PixelException)
        {
            throw PixelException.Damaged($"The JPEG stream is broken: {exception.Message}");
        }

        if (!writer.IsWhole) throw PixelException.Damaged("The JPEG stream ends before its last block.");
        return writer.Finish();
    }

    /// <summary>That the stream was not cut off, and how many scans it has: the library would fill up with grey.</summary>
    private static void RequireEnd(ReadOnlySpan<byte> stream, JpegHeader header)
    {
        var scans = 0;
        for (var at = header.FirstScan; JpegHeader.NextSegment(stream, ref at, out var marker, out _);)
        {
            if (marker == JpegHeader.EndOfImage) return;
            if (marker == JpegHeader.StartOfScan && ++scans > MaxScans)
                throw PixelException.Damaged($"The JPEG stream has more than {MaxScans} scans.");
        }

        throw PixelException.Damaged("The JPEG stream has no end marker: it was cut off.");
    }
}
