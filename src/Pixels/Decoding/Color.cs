using System.Runtime.InteropServices;

namespace CloudPacs.Pixels.Decoding;

/// <summary>Luminance and chrominance to RGB (PS3.3 C.7.6.3.1.2, ITU-R BT.601), in whole numbers of 16 fractional bits.</summary>
internal static class Color
{
    private const int Half = 1 << 15;

    /// <summary>An image of what the shape's photometric interpretation says; colour is converted to RGB in place.</summary>
    public static FrameImage ToRgb(ImageShape shape, byte[] cells)
    {
        if (shape.Samples == 1)
        {
            return shape.Photometric is "MONOCHROME1" or "MONOCHROME2" or "PALETTE COLOR"
                ? new FrameImage(shape, cells)
                : throw PixelException.NotSupported($"One sample a pixel that is {shape.Photometric} is not read.");
        }

        switch (shape.Photometric)
        {
            case "RGB":
            case "YBR_RCT": // The transform is part of the stream: its decoder has given RGB.
            case "YBR_ICT":
                break;
            case "YBR_FULL":
            case "YBR_FULL_422":
                FullRange(cells, shape);
                break;
            case "YBR_PARTIAL_422":
            case "YBR_PARTIAL_420":
                if (shape.CellBytes != 1) throw PixelException.NotSupported($"{shape.Photometric} is read with 8 bits a sample only.");
                PartialRange(cells);
                break;
            default:
                throw PixelException.NotSupported($"Three samples a pixel that are {shape.Photometric} are not read.");
        }

        return new FrameImage(shape, cells, "RGB");
    }

    private static void FullRange(byte[] cells, ImageShape shape)
    {
        if (shape.CellBytes == 1)
        {
            var centre = 1 << (shape.BitsStored - 1);
            var highest = (1 << shape.BitsStored) - 1;
            for (var i = 0; i + 2 < cells.Length; i += 3)
            {
                var (r, g, b) = Convert(cells[i], cells[i + 1] - centre, cells[i + 2] - centre, highest);
                cells[i] = (byte)r;
                cells[i + 1] = (byte)g;
                cells[i + 2] = (byte)b;
            }

            return;
        }

        if (shape.CellBytes != 2) throw PixelException.NotSupported("Chrominance of more than 16 bits a sample is not read.");
        var words = MemoryMarshal.Cast<byte, ushort>(cells.AsSpan());
        var middle = 1 << (shape.BitsStored - 1);
        var top = (1 << shape.BitsStored) - 1;
        for (var i = 0; i + 2 < words.Length; i += 3)
        {
            var (r, g, b) = Convert(words[i], words[i + 1] - middle, words[i + 2] - middle, top);
            words[i] = (ushort)r;
            words[i + 1] = (ushort)g;
            words[i + 2] = (ushort)b;
        }
    }

    private static (int R, int G, int B) Convert(long y, long cb, long cr, int highest) => (
        (int)Math.Clamp(y + ((91881 * cr + Half) >> 16), 0, highest),
        (int)Math.Clamp(y + ((-22554 * cb - 46802 * cr + Half) >> 16), 0, highest),
        (int)Math.Clamp(y + ((116130 * cb + Half) >> 16), 0, highest));

    /// <summary>Luminance from 16 to 235, chrominance from 16 to 240.</summary>
    private static void PartialRange(byte[] cells)
    {
        for (var i = 0; i + 2 < cells.Length; i += 3)
        {
            int y = 76309 * (cells[i] - 16) + Half, cb = cells[i + 1] - 128, cr = cells[i + 2] - 128;
            cells[i] = (byte)Math.Clamp((y + 104597 * cr) >> 16, 0, 255);
            cells[i + 1] = (byte)Math.Clamp((y - 25675 * cb - 53279 * cr) >> 16, 0, 255);
            cells[i + 2] = (byte)Math.Clamp((y + 132201 * cb) >> 16, 0, 255);
        }
    }
}
