using CloudPacs.Dicom;

namespace CloudPacs.Pixels;

/// <summary>What the Image Pixel module (PS3.3 C.7.6.3) says of each frame, checked for sense.</summary>
internal sealed record ImageShape(
    int Rows, int Columns, int Samples, int BitsAllocated, int BitsStored, int HighBit, bool IsSigned, bool IsFloat, bool IsPlanar,
    string Photometric, int Frames)
{
    public long Pixels => (long)Rows * Columns;

    /// <summary>Bytes of one decoded sample; one-bit samples take a byte of their own.</summary>
    public int CellBytes => BitsAllocated <= 8 ? 1 : BitsAllocated / 8;

    public long CellsLength => Pixels * Samples * CellBytes;

    /// <summary>How far the sample lies above bit 0 of its cell.</summary>
    public int Shift => HighBit + 1 - BitsStored;

    /// <summary>Two pixels share their chrominance, also without compression (PS3.3 C.7.6.3.1.2).</summary>
    public bool IsHalfChroma => Samples == 3 && Photometric is "YBR_FULL_422" or "YBR_PARTIAL_422";

    public long NativeBitsPerFrame =>
        BitsAllocated == 1 ? Pixels * Samples : 8L * CellBytes * (IsHalfChroma ? (Pixels + Pixels % 2) * 2 : Pixels * Samples);

    public static ImageShape Read(DataSet header)
    {
        if (header.GetInt32(Tags.Rows) is not (> 0 and <= 65535 and var rows)
            || header.GetInt32(Tags.Columns) is not (> 0 and <= 65535 and var columns))
            throw new PixelException(PixelProblemKind.NothingToRender, NoImage(header));
        var samples = header.GetInt32(Tags.SamplesPerPixel) ?? 1;
        if (samples is not (1 or 3)) throw PixelException.NotSupported($"Images with {samples} samples a pixel are not read.");
        var allocated = header.GetInt32(Tags.BitsAllocated) ?? throw PixelException.Damaged("Bits Allocated (0028,0100) is missing.");
        if (allocated is not (1 or 8 or 16 or 32 or 64)) throw PixelException.NotSupported($"{allocated} bits allocated are not read.");

        // Floating point pixels have neither of the two (PS3.3 C.7.6.24).
        var isFloat = allocated == 64
            || (allocated == 32 && !header.Contains(Tags.BitsStored) && !header.Contains(Tags.PixelRepresentation));
        var stored = header.GetInt32(Tags.BitsStored) is > 0 and var bits && bits <= allocated ? bits : allocated;
        var high = header.GetInt32(Tags.HighBit) is { } bit && bit < allocated && bit + 1 >= stored ? bit : stored - 1;
        var photometric = header.GetString(Tags.PhotometricInterpretation)?.Trim().ToUpperInvariant()
            ?? (samples == 1 ? "MONOCHROME2" : "RGB");
        var frames = Math.Max(1, header.GetInt32(Tags.NumberOfFrames) ?? 1);
        return new ImageShape(rows, columns, samples, allocated, stored, high, header.GetInt32(Tags.PixelRepresentation) == 1, isFloat,
            samples > 1 && header.GetInt32(Tags.PlanarConfiguration) == 1, photometric, frames);
    }

    public void RequireFrame(int number)
    {
        if (number < 1 || number > Frames)
            throw new PixelException(PixelProblemKind.BadRequest, $"There is no frame {number}; the image has {Frames}.");
    }

    /// <summary>That a stream's own header says the same; called before anything is allocated for the stream.</summary>
    public void RequireSame(string codec, long rows, long columns, int samples, int precision)
    {
        if (rows != Rows || columns != Columns)
            throw PixelException.Damaged($"The {codec} stream is {columns} x {rows}, the attributes say {Columns} x {Rows}.");
        if (samples != Samples)
            throw PixelException.Damaged($"The {codec} stream has {samples} components, the attributes say {Samples} samples a pixel.");
        if (precision > BitsAllocated || precision < 1)
            throw PixelException.Damaged($"The {codec} stream has samples of {precision} bits, the attributes allocate {BitsAllocated}.");
    }

    private static string NoImage(DataSet header)
    {
        var uid = header.GetString(Tags.SopClassUid) ?? "";
        return UidDictionary.TryGet(uid, out var entry)
            ? $"There is nothing to render: the instance is {entry.Name}, which has no rows and columns of pixels."
            : "There is nothing to render: the instance has no rows and columns of pixels.";
    }
}
