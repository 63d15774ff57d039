using CloudPacs.Dicom;

namespace CloudPacs.Pixels.Rendering;

/// <summary>
/// Graphic overlays (PS3.3 C.9.2) drawn in white: planes of their own, or bits of the pixel cells as older editions had them. Regions of
/// interest (Overlay Type R) are no graphics and are left out.
/// </summary>
internal static class Overlays
{
    public static void Draw(DataSet header, FrameImage image, int number, Picture picture)
    {
        for (ushort group = 0x6000; group <= 0x601E; group += 2)
        {
            if (header.GetString(new Tag(group, 0x0040)) is not "G") continue;
            var rows = header.GetInt32(new Tag(group, 0x0010)) ?? 0;
            var columns = header.GetInt32(new Tag(group, 0x0011)) ?? 0;
            if (rows is < 1 or > 65535 || columns is < 1 or > 65535) continue;
            var (top, left) = Origin(header, group);
            if (header.TryGet(new Tag(group, 0x3000), out var data) && !data.Bytes.IsEmpty)
            {
                var first = FirstBit(header, group, number, (long)rows * columns);
                if (first < 0 || first + (long)rows * columns > data.Bytes.Length * 8L) continue;
                DrawPlane(picture, rows, columns, top, left, first, data.Bytes.Span);
            }
            else if (header.GetInt32(new Tag(group, 0x0102)) is { } bit && bit < image.BitsAllocated && IsOutside(image.Shape, bit))
            {
                DrawCells(picture, image, Math.Min(rows, image.Rows), Math.Min(columns, image.Columns), bit);
            }
        }
    }

    private static void DrawPlane(Picture picture, int rows, int columns, int top, int left, long first, ReadOnlySpan<byte> bits)
    {
        for (var row = Math.Max(0, -top); row < rows && row + top < picture.Height; row++)
        {
            for (var column = Math.Max(0, -left); column < columns && column + left < picture.Width; column++)
            {
                var at = first + (long)row * columns + column;
                if ((bits[(int)(at >> 3)] >> (int)(at & 7) & 1) != 0) Paint(picture, column + left, row + top);
            }
        }
    }

    private static void DrawCells(Picture picture, FrameImage image, int rows, int columns, int bit)
    {
        var width = image.Shape.CellBytes;
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var cell = (row * image.Columns + column) * width;
                if ((image.Cells[cell + (bit >> 3)] >> (bit & 7) & 1) != 0) Paint(picture, column, row);
            }
        }
    }

    private static void Paint(Picture picture, int x, int y) =>
        picture.Bytes.AsSpan((y * picture.Width + x) * picture.Samples, picture.Samples).Fill(255);

    /// <summary>A bit of the sample itself is no overlay.</summary>
    private static bool IsOutside(ImageShape shape, int bit) => shape.Samples == 1 && (bit > shape.HighBit || bit < shape.Shift);

    /// <summary>Row and column of the overlay's first point, from 0; 1\1 is the image's own.</summary>
    private static (int Top, int Left) Origin(DataSet header, ushort group)
    {
        var values = FrameAttributes.Numbers(header, new Tag(group, 0x0050));
        return values is [var row, var column, ..] && Math.Abs(row) < 65536 && Math.Abs(column) < 65536
            ? ((int)row - 1, (int)column - 1)
            : (0, 0);
    }

    /// <summary>Where the plane of a frame begins (C.9.2 and, of several frames, C.9.3); -1 when it has none.</summary>
    private static long FirstBit(DataSet header, ushort group, int number, long bitsPerFrame)
    {
        if (header.GetInt32(new Tag(group, 0x0015)) is not (> 0 and var frames)) return 0;
        var index = number - (header.GetInt32(new Tag(group, 0x0051)) ?? 1);
        return index >= 0 && index < frames ? index * bitsPerFrame : -1;
    }
}
