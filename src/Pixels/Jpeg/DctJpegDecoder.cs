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
        // Some writers leave out the end marker, without which the library reads on; it tells when a block is missing before one.
        if (!HasEnd(stream.Span, header))
        {
            // A zero that is not part of a stuffed FF is padding to an even length: the bits of a last byte are filled with ones.
            var isPadded = stream.Span is [.., not 0xFF, 0];
            stream = (byte[])[.. isPadded ? stream.Span[..^1] : stream.Span, 0xFF, JpegHeader.EndOfImage];
        }


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

    /// <summary>Whether there is an end marker. Also counts the scans.</summary>
    private static bool HasEnd(ReadOnlySpan<byte> stream, JpegHeader header)
    {
        var scans = 0;
        for (var at = header.FirstScan; JpegHeader.NextSegment(stream, ref at, out var marker, out _);)
        {
            if (marker == JpegHeader.EndOfImage) return true;
            if (marker == JpegHeader.StartOfScan && ++scans > MaxScans)
                throw PixelException.Damaged($"The JPEG stream has more than {MaxScans} scans.");
        }

        return false;
    }
}
