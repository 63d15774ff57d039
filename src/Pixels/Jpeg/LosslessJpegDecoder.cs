using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CloudPacs.Pixels.Jpeg;

/// <summary>
/// The lossless process with Huffman coding (ITU-T T.81 annex H): predictors 1 to 7, 2 to 16 bits, point transform, restart intervals,
/// components together or in scans of their own.
/// </summary>
internal static class LosslessJpegDecoder
{
    /// <summary>Samples by pixel in cells of the shape; sizes were compared with the header before.</summary>
    public static byte[] Decode(ReadOnlySpan<byte> stream, JpegHeader header, ImageShape shape)
    {
        if (header.Precision < 2) throw PixelException.Damaged($"The JPEG stream has samples of {header.Precision} bits.");
        foreach (var component in header.Components)
            if (component.Horizontal != header.Components[0].Horizontal || component.Vertical != header.Components[0].Vertical)
                throw PixelException.NotSupported("Lossless JPEG with components of different size is not read.");
        // A sample takes a bit at least.
        if (shape.Pixels * shape.Samples > stream.Length * 8L)
            throw PixelException.Damaged($"The JPEG stream of {stream.Length} bytes is too short for {header.Columns} x {header.Rows}.");

        var tables = new HuffmanTable?[4];
        var samples = new ushort[shape.Pixels * shape.Samples];
        var restartInterval = 0;
        var done = 0;
        for (var at = 2; done < shape.Samples && JpegHeader.NextSegment(stream, ref at, out var marker, out var content);)
        {
            switch (marker)
            {
                case 0xC4:
                    ReadTables(content, tables);
                    break;
                case 0xDD when content.Length >= 2:
                    restartInterval = BinaryPrimitives.ReadUInt16BigEndian(content);
                    break;
                case JpegHeader.StartOfScan:
                    var scan = ReadScan(content, header, tables);
                    at = DecodeScan(stream, at, samples, scan, shape, header.Precision, restartInterval);
                    done += scan.Tables.Length;
                    break;
                case JpegHeader.EndOfImage:
                    at = stream.Length;
                    break;
            }
        }

        if (done < shape.Samples) throw PixelException.Damaged("The JPEG stream ends before its last component.");
        if (shape.CellBytes == 2) return MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();
        var cells = new byte[samples.Length];
        for (var i = 0; i < cells.Length; i++) cells[i] = (byte)samples[i];
        return cells;
    }

    private static void ReadTables(ReadOnlySpan<byte> content, HuffmanTable?[] tables)
    {
        while (!content.IsEmpty)
        {
            var table = HuffmanTable.Read(content[1..], out var length);
            // Class 1 are tables of coefficients, which this process has not.
            if (content[0] < 4) tables[content[0]] = table;
            content = content[(1 + length)..];
        }
    }

    private static Scan ReadScan(ReadOnlySpan<byte> content, JpegHeader header, HuffmanTable?[] tables)
    {
        int count = content.IsEmpty ? 0 : content[0];
        if (count < 1 || count > header.Components.Length || content.Length < 4 + 2 * count)
            throw PixelException.Damaged("The JPEG scan header is cut.");
        var first = -1;
        var chosen = new HuffmanTable[count];
        for (var i = 0; i < count; i++)
        {
            var id = content[1 + 2 * i];
            var index = Array.FindIndex(header.Components, component => component.Id == id);
            if (i == 0) first = index;
            if (index < 0 || index != first + i) throw PixelException.Damaged("The JPEG scan header names a component that is not there.");
            var table = content[2 + 2 * i] >> 4;
            chosen[i] = (table < 4 ? tables[table] : null) ?? throw PixelException.Damaged("The JPEG scan uses a table that is not there.");
        }

        var predictor = content[1 + 2 * count];
        var shift = content[3 + 2 * count] & 15;
        if (predictor is < 1 or > 7) throw PixelException.Damaged($"The JPEG scan has the predictor {predictor}.");
        if (shift >= header.Precision) throw PixelException.Damaged("The JPEG scan has a point transform as large as its precision.");
        return new Scan(first, chosen, predictor, shift);
    }

    /// <summary>Decodes a scan and says where it ended.</summary>
    private static int DecodeScan(
        ReadOnlySpan<byte> stream, int start, ushort[] samples, Scan scan, ImageShape shape, int precision, int restartInterval)
    {
        // T.81 H.1.1: intervals are whole rows, so that prediction begins anew at the start of one.
        if (restartInterval % shape.Columns != 0)
            throw PixelException.NotSupported("Lossless JPEG with restart intervals that end inside of a row is not read.");
        var restartRows = restartInterval / shape.Columns;
        var reader = new EntropyReader(stream, start);
        var width = shape.Columns * shape.Samples;
        var initial = (ushort)(1 << (precision - scan.Shift - 1));
        var components = scan.Tables.Length;
        var lastRow = (shape.Rows - 1) * width;
        for (var row = 0; row < shape.Rows; row++)
        {
            var isFirst = row == 0 || (restartRows > 0 && row % restartRows == 0);
            if (isFirst && row > 0 && !reader.Restart())
                throw PixelException.Damaged("A restart marker of the JPEG stream is missing.");
            var line = samples.AsSpan(row * width + scan.First, width - scan.First);
            var above = isFirst ? line : samples.AsSpan((row - 1) * width + scan.First, width - scan.First);
            DecodeRow(ref reader, line, above, scan, shape.Samples, components, isFirst ? 1 : scan.Predictor, isFirst ? initial : -1);
        }

        if (scan.Shift > 0)
        {
            for (var at = scan.First; at <= lastRow + width - 1; at += shape.Samples)
                for (var i = 0; i < components; i++) samples[at + i] <<= scan.Shift;
        }

        return reader.Position;
    }

    /// <param name="initial">What the first sample of a first row is predicted by; -1 in other rows: by the sample above.</param>
    private static void DecodeRow(ref EntropyReader reader, Span<ushort> line, ReadOnlySpan<ushort> above, Scan scan, int step,
        int components, int predictor, int initial)
    {
        for (var i = 0; i < components; i++)
        {
            var table = scan.Tables[i];
            line[i] = (ushort)((initial >= 0 ? initial : above[i]) + reader.ReadDifference(reader.ReadSymbol(table)));
        }

        for (var at = step; at < line.Length; at += step)
        {
            for (var i = 0; i < components; i++)
            {
                var x = at + i;
                int a = line[x - step], b = above[x], c = above[x - step];
                var predicted = predictor switch
                {
                    1 => a,
                    2 => b,
                    3 => c,
                    4 => a + b - c,
                    5 => a + ((b - c) >> 1),
                    6 => b + ((a - c) >> 1),
                    _ => (a + b) >> 1,
                };
                line[x] = (ushort)(predicted + reader.ReadDifference(reader.ReadSymbol(scan.Tables[i])));
            }
        }
    }

    private sealed record Scan(int First, HuffmanTable[] Tables, int Predictor, int Shift);
}
