using System.Buffers.Binary;

namespace CloudPacs.Protocols.Tests.Pixels;

/// <summary>Lossless JPEG (ITU-T T.81 annex H) with what no encoder at hand writes: restart intervals, point transform, separate scans.</summary>
internal static class LosslessJpegWriter
{
    /// <summary>Categories 0 to 16 with codes of five bits: nothing is saved, everything is legal.</summary>
    private const int CodeBits = 5;

    public static byte[] Write(ushort[] samples, int columns, int rows, int components, int precision, int predictor, int shift = 0, int restartRows = 0, bool isTogether = true)
    {
        var output = new List<byte> { 0xFF, 0xD8 };
        Segment(output, 0xC3, [(byte)precision, (byte)(rows >> 8), (byte)rows, (byte)(columns >> 8), (byte)columns, (byte)components,
            .. Enumerable.Range(1, components).SelectMany(id => new byte[] { (byte)id, 0x11, 0 })]);
        Segment(output, 0xC4, [0, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Enumerable.Range(0, 17).Select(i => (byte)i)]);
        if (restartRows > 0)
        {
            var interval = new byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(interval, (ushort)(restartRows * columns));
            Segment(output, 0xDD, interval);
        }

        if (isTogether) Scan(output, samples, columns, rows, components, 0, components, precision, predictor, shift, restartRows);
        else for (var i = 0; i < components; i++) Scan(output, samples, columns, rows, components, i, 1, precision, predictor, shift, restartRows);
        output.AddRange([0xFF, 0xD9]);
        return [.. output];
    }

    private static void Scan(List<byte> output, ushort[] samples, int columns, int rows, int step, int first, int count, int precision,
        int predictor, int shift, int restartRows)
    {
        Segment(output, 0xDA, [(byte)count, .. Enumerable.Range(first + 1, count).SelectMany(id => new byte[] { (byte)id, 0 }), (byte)predictor, 0, (byte)shift]);
        ulong bits = 0;
        var filled = 0;
        int At(int x, int y, int component) => samples[(y * columns + x) * step + component] >> shift;
        for (var y = 0; y < rows; y++)
        {
            var isFirst = y == 0 || (restartRows > 0 && y % restartRows == 0);
            if (isFirst && y > 0)
            {
                Pad();
                output.AddRange([0xFF, (byte)(0xD0 + (y / restartRows - 1) % 8)]);
            }

            for (var x = 0; x < columns; x++)
            {
                for (var component = first; component < first + count; component++)
                {
                    int predicted;
                    if (x == 0) predicted = isFirst ? 1 << (precision - shift - 1) : At(x, y - 1, component);
                    else if (isFirst) predicted = At(x - 1, y, component);
                    else
                    {
                        int a = At(x - 1, y, component), b = At(x, y - 1, component), c = At(x - 1, y - 1, component);
                        predicted = predictor switch { 1 => a, 2 => b, 3 => c, 4 => a + b - c, 5 => a + ((b - c) >> 1), 6 => b + ((a - c) >> 1), _ => (a + b) >> 1 };
                    }

                    var difference = (At(x, y, component) - predicted) & 0xFFFF;
                    if (difference > 32768) difference -= 65536;
                    var category = difference == 32768 ? 16 : difference == 0 ? 0 : 32 - int.LeadingZeroCount(Math.Abs(difference));
                    Put((uint)category, CodeBits);
                    if (category is > 0 and < 16) Put((uint)(difference < 0 ? difference + (1 << category) - 1 : difference), category);
                }
            }
        }

        Pad();

        void Put(uint value, int length)
        {
            bits = bits << length | value;
            filled += length;
            while (filled >= 8)
            {
                var next = (byte)(bits >> (filled - 8));
                output.Add(next);
                if (next == 0xFF) output.Add(0);
                filled -= 8;
            }
        }

        void Pad()
        {
            if (filled > 0) Put((1u << (8 - filled)) - 1, 8 - filled);
        }
    }

    private static void Segment(List<byte> output, byte marker, byte[] content) =>
        output.AddRange([0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content]);
}
