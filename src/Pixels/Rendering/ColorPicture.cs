using System.Runtime.InteropServices;
using CloudPacs.Dicom;

namespace CloudPacs.Pixels.Rendering;

/// <summary>RGB of 8 bits from colour images and from indices into a palette.</summary>
internal static class ColorPicture
{
    /// <summary>The upper eight bits of each sample.</summary>
    public static Picture FromRgb(FrameImage image)
    {
        var shape = image.Shape;
        if (shape is { CellBytes: 1, BitsStored: 8 }) return new Picture(shape.Columns, shape.Rows, 3, image.Cells);
        if (shape.CellBytes > 2) throw PixelException.NotSupported("Colour of more than 16 bits a sample is not rendered.");
        var highest = (1 << shape.BitsStored) - 1;
        var bytes = new byte[shape.Pixels * 3];
        var words = MemoryMarshal.Cast<byte, ushort>(image.Cells.AsSpan());
        for (var i = 0; i < bytes.Length; i++)
        {
            var value = (shape.CellBytes == 1 ? image.Cells[i] : words[i]) >> shape.Shift & highest;
            bytes[i] = (byte)(shape.BitsStored > 8 ? value >> (shape.BitsStored - 8) : value * 255 / highest);
        }

        return new Picture(shape.Columns, shape.Rows, 3, bytes);
    }

    public static Picture FromPalette(DataSet header, FrameImage image)
    {
        var shape = image.Shape;
        if (shape.CellBytes > 2) throw PixelException.NotSupported("Indices of more than 16 bits are not rendered.");
        var mask = (1 << shape.BitsStored) - 1;
        var colors = new byte[3 << shape.BitsStored];
        for (var color = 0; color < 3; color++)
        {
            var table = LookupTable.ReadPalette(header, color);
            for (var index = 0; index <= mask; index++)
            {
                var stored = shape.IsSigned && index >> (shape.BitsStored - 1) != 0 ? index - mask - 1 : index;
                colors[3 * index + color] = (byte)(table.Highest > 255 ? table[stored] >> 8 : table[stored] * 255 / table.Highest);
            }
        }

        var bytes = new byte[shape.Pixels * 3];
        var words = MemoryMarshal.Cast<byte, ushort>(image.Cells.AsSpan());
        for (int i = 0, to = 0; to < bytes.Length; i++, to += 3)
        {
            var index = (shape.CellBytes == 1 ? image.Cells[i] : words[i]) >> shape.Shift & mask;
            colors.AsSpan(3 * index, 3).CopyTo(bytes.AsSpan(to));
        }

        return new Picture(shape.Columns, shape.Rows, 3, bytes);
    }
}
