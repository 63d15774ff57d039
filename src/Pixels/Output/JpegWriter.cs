using System.Buffers;
using CloudPacs.Pixels.Rendering;
using JpegLibrary;

namespace CloudPacs.Pixels.Output;

/// <summary>Baseline JPEG with a JFIF marker: grey, or luminance and chrominance of full resolution.</summary>
internal static class JpegWriter
{
    /// <summary>JFIF 1.01, no density, no thumbnail (ITU-T T.871).</summary>
    private static ReadOnlySpan<byte> Start =>
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, (byte)'J', (byte)'F', (byte)'I', (byte)'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];

    /// <param name="quality">1 to 100.</param>
    public static byte[] Write(Picture picture, int quality)
    {
        var encoder = new JpegEncoder();
        encoder.SetQuantizationTable(Luminance(quality));
        encoder.SetHuffmanTable(true, 0, JpegStandardHuffmanEncodingTable.GetLuminanceDCTable());
        encoder.SetHuffmanTable(false, 0, JpegStandardHuffmanEncodingTable.GetLuminanceACTable());
        encoder.AddComponent(1, 0, 0, 0, 1, 1);
        if (picture.Samples == 3)
        {
            encoder.SetQuantizationTable(Chrominance(quality));
            encoder.SetHuffmanTable(true, 1, JpegStandardHuffmanEncodingTable.GetChrominanceDCTable());
            encoder.SetHuffmanTable(false, 1, JpegStandardHuffmanEncodingTable.GetChrominanceACTable());
            encoder.AddComponent(2, 1, 1, 1, 1, 1);
            encoder.AddComponent(3, 1, 1, 1, 1, 1);
        }

        var output = new ArrayBufferWriter<byte>(picture.Bytes.Length / 4 + 1024);
        encoder.SetInputReader(new BlockReader(picture));
        encoder.SetOutput(output);
        encoder.Encode();

        var encoded = output.WrittenSpan;
        var file = new byte[Start.Length + encoded.Length - 2];
        Start.CopyTo(file);
        encoded[2..].CopyTo(file.AsSpan(Start.Length));
        return file;
    }

    private static JpegQuantizationTable Luminance(int quality) => JpegStandardQuantizationTable.ScaleByQuality(
        JpegStandardQuantizationTable.GetLuminanceTable(JpegElementPrecision.Precision8Bit, 0), quality);

    private static JpegQuantizationTable Chrominance(int quality) => JpegStandardQuantizationTable.ScaleByQuality(
        JpegStandardQuantizationTable.GetChrominanceTable(JpegElementPrecision.Precision8Bit, 1), quality);

    /// <summary>Hands out blocks of 8 x 8; beyond the edge the last row and column go on.</summary>
    private sealed class BlockReader(Picture picture) : JpegBlockInputReader
    {
        private const int Half = 1 << 15;

        public override int Width => picture.Width;

        public override int Height => picture.Height;

        public override void ReadBlock(ref short blockRef, int componentIndex, int x, int y)
        {
            var block = System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref blockRef, 64);
            var bytes = picture.Bytes;
            for (var row = 0; row < 8; row++)
            {
                var line = Math.Min(y + row, picture.Height - 1) * picture.Width;
                for (var column = 0; column < 8; column++)
                {
                    var pixel = line + Math.Min(x + column, picture.Width - 1);
                    block[8 * row + column] = picture.Samples == 1 ? bytes[pixel] : Convert(componentIndex, bytes, pixel * 3);
                }
            }
        }

        /// <summary>ITU-R BT.601 in full range (ITU-T T.871 section 7), in whole numbers of 16 fractional bits.</summary>
        private static short Convert(int component, byte[] bytes, int at)
        {
            int r = bytes[at], g = bytes[at + 1], b = bytes[at + 2];
            return (short)(component switch
            {
                0 => (19595 * r + 38470 * g + 7471 * b + Half) >> 16,
                1 => Math.Clamp((-11059 * r - 21709 * g + 32768 * b + (128 << 16) + Half) >> 16, 0, 255),
                _ => Math.Clamp((32768 * r - 27439 * g - 5329 * b + (128 << 16) + Half) >> 16, 0, 255),
            });
        }
    }
}
