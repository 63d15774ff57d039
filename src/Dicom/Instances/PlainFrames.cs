namespace CloudPacs.Dicom;

/// <summary>Frames of pixel data that are not compressed (PS3.5 8.1, PS3.3 C.7.6.3).</summary>
internal static class PlainFrames
{
    /// <summary>Computes where they lie; null when rows, columns or bits are not said.</summary>
    public static FrameTable? Find(DataSet attributes, PixelDataElement pixels, int numberOfFrames, Action<string> warn)
    {
        var frameBits = FrameBits(attributes);
        if (frameBits <= 0)
        {
            warn($"{pixels.Tag} is there, but not the size of a frame.");
            return null;
        }

        var held = Math.Min(numberOfFrames, (pixels.Length * 8 / frameBits));
        var expected = ((numberOfFrames * (Int128)frameBits) + 7) / 8;
        if (held < numberOfFrames) warn($"Number of Frames says {numberOfFrames}, {pixels.Tag} holds {held}.");
        else if (pixels.Length > expected + (expected & 1))
            warn($"{pixels.Tag} has {pixels.Length} bytes, {expected} belong to its frames.");
        return FrameTable.Native(pixels.ValueOffset, frameBits, (int)held);
    }

    private static long FrameBits(DataSet attributes)
    {
        long rows = attributes.GetInt32(Tags.Rows) ?? 0, columns = attributes.GetInt32(Tags.Columns) ?? 0;
        long bits = attributes.GetInt32(Tags.BitsAllocated) ?? 0, samples = attributes.GetInt32(Tags.SamplesPerPixel) ?? 1;
        if (rows <= 0 || columns <= 0 || bits is <= 0 or > 64 || samples is <= 0 or > ushort.MaxValue) return 0;
        // Chrominance is there once for two or four pixels; samples per pixel still says 3.
        var halfSamples = attributes.GetString(Tags.PhotometricInterpretation) switch
        {
            "YBR_FULL_422" or "YBR_PARTIAL_422" when samples == 3 => 4,
            "YBR_PARTIAL_420" when samples == 3 => 3,
            _ => 2 * samples,
        };
        return rows * columns * bits * halfSamples / 2;
    }
}
