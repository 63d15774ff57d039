using System.Globalization;
using CloudPacs.Dicom;

namespace CloudPacs.Pixels;

/// <summary>
/// A decoded frame: samples by pixel (Planar Configuration 0), rows from the top, little endian; colour is RGB or an index into
/// the palette.
/// </summary>
public sealed class FrameImage
{
    internal FrameImage(ImageShape shape, byte[] cells, string? photometric = null)
    {
        Shape = shape with { Photometric = photometric ?? shape.Photometric, IsPlanar = false };
        Cells = cells;
    }

    public int Rows => Shape.Rows;

    public int Columns => Shape.Columns;

    /// <summary>1 or 3.</summary>
    public int SamplesPerPixel => Shape.Samples;

    /// <summary>1, 8, 16 or 32; 32 or 64 for floating point.</summary>
    public int BitsAllocated => Shape.BitsAllocated;

    /// <summary>MONOCHROME1, MONOCHROME2, PALETTE COLOR or RGB: what the samples are now, whatever they were stored as.</summary>
    public string PhotometricInterpretation => Shape.Photometric;

    /// <summary>Whether both have the same size and kind of samples, as frames of one image have.</summary>
    public bool IsLike(FrameImage other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Shape == other.Shape;
    }

    internal ImageShape Shape { get; }

    /// <summary>Samples in cells of <see cref="ImageShape.CellBytes"/>; a byte each for one-bit images.</summary>
    internal byte[] Cells { get; }

    /// <summary>
    /// The frame as native pixel data in little endian (PS3.5 8.1): a value of even length, one-bit samples eight a byte, the first in the
    /// least significant bit.
    /// </summary>
    public ReadOnlyMemory<byte> ToNative()
    {
        if (BitsAllocated != 1)
        {
            if (Cells.Length % 2 == 0) return Cells;
            var even = new byte[Cells.Length + 1];
            Cells.CopyTo(even, 0);
            return even;
        }

        var packed = new byte[(Cells.Length + 15) / 16 * 2];
        for (var i = 0; i < Cells.Length; i++) packed[i >> 3] |= (byte)((Cells[i] & 1) << (i & 7));
        return packed;
    }

    /// <summary>
    /// Sets the attributes that decoding may have changed: Samples per Pixel, Photometric Interpretation, Planar Configuration.
    /// </summary>
    public void DescribeIn(DataSet header)
    {
        ArgumentNullException.ThrowIfNull(header);
        header.Set(Tags.SamplesPerPixel, SamplesPerPixel.ToString(CultureInfo.InvariantCulture));
        header.Set(Tags.PhotometricInterpretation, PhotometricInterpretation);
        if (SamplesPerPixel > 1) header.Set(Tags.PlanarConfiguration, "0");
        else header.Remove(Tags.PlanarConfiguration);
    }
}
