using System.Buffers.Binary;

namespace CloudPacs.Pixels.Libraries;

/// <summary>Sizes of a JPEG 2000 code stream (ITU-T T.800 A.5, A.6), read and held against limits before the library sees it.</summary>
/// <param name="HasColorTransform">The components were transformed: the decoder gives RGB.</param>
/// <param name="IsInBoxes">The code stream is in a JP2 file, which DICOM does not want but some writers made.</param>
internal sealed record Jpeg2000Header(
    int Rows, int Columns, int Components, int Precision, bool IsSigned, bool HasColorTransform, bool IsHighThroughput, bool IsInBoxes)
{
    /// <summary>Precincts times layers: what a library keeps books of. A real stream of 100 megapixels has some thousands.</summary>
    private const long MaxPackets = 4_000_000;

    private const int MaxTiles = 65_535;

    public static Jpeg2000Header Read(ReadOnlySpan<byte> stream)
    {
        var isInBoxes = stream.StartsWith("\0\0\0\u000CjP  "u8);
        if (isInBoxes)
        {
            var start = stream.IndexOf((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]);
            if (start < 0) throw PixelException.Damaged("The JP2 file holds no code stream.");
            stream = stream[start..];
        }

        if (!stream.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]) || stream.Length < 50)
            throw PixelException.Damaged("The frame is no JPEG 2000 code stream.");
        var size = stream[4..]; // From Lsiz on.
        long right = Long(size, 4), bottom = Long(size, 8), left = Long(size, 12), top = Long(size, 16);
        long tileColumns = Long(size, 20), tileRows = Long(size, 24), tileLeft = Long(size, 28), tileTop = Long(size, 32);
        int components = BinaryPrimitives.ReadUInt16BigEndian(size[36..]);
        if (components < 1 || size.Length < 38 + 3 * components) throw PixelException.Damaged("The JPEG 2000 header is cut.");
        if (tileColumns == 0 || tileRows == 0 || tileLeft > left || tileTop > top || left >= right || top >= bottom
            || tileLeft + tileColumns <= left || tileTop + tileRows <= top)
            throw PixelException.Damaged("The JPEG 2000 header gives impossible sizes.");
        var tiles = Divide(right - tileLeft, tileColumns) * Divide(bottom - tileTop, tileRows);
        if (tiles > MaxTiles) throw PixelException.Damaged($"The JPEG 2000 stream has {tiles} tiles.");
        var depth = size[38];
        for (var i = 0; i < components; i++)
        {
            var component = size.Slice(38 + 3 * i, 3);
            if (component[0] != depth || component[1] != 1 || component[2] != 1)
                throw PixelException.NotSupported("JPEG 2000 with components that differ in depth or size is not read.");
        }

        var tile = (Columns: Math.Min(tileColumns, right - left), Rows: Math.Min(tileRows, bottom - top), Count: tiles * components);
        var (hasTransform, isHighThroughput) = ReadMarkers(stream, tile);
        return new Jpeg2000Header((int)Math.Min(bottom - top, int.MaxValue), (int)Math.Min(right - left, int.MaxValue), components,
            (depth & 0x7F) + 1, (depth & 0x80) != 0, hasTransform, isHighThroughput, isInBoxes);
    }

    private static (bool HasTransform, bool IsHighThroughput) ReadMarkers(
        ReadOnlySpan<byte> stream, (long Columns, long Rows, long Count) tile)
    {
        var hasTransform = false;
        var isHighThroughput = false;
        for (var at = 2; at + 4 <= stream.Length;)
        {
            int marker = BinaryPrimitives.ReadUInt16BigEndian(stream[at..]);
            if (marker == 0xFF90) break; // Start of the first tile part: the main header is over.
            var length = BinaryPrimitives.ReadUInt16BigEndian(stream[(at + 2)..]);
            if (length < 2 || at + 2 + length > stream.Length) throw PixelException.Damaged("The JPEG 2000 header is cut.");
            var content = stream.Slice(at + 4, length - 2);
            switch (marker)
            {
                case 0xFF50:
                    isHighThroughput = true;
                    break;
                case 0xFF52 when content.Length >= 10:
                    hasTransform = content[4] == 1;
                    RequirePackets(content[0], BinaryPrimitives.ReadUInt16BigEndian(content[2..]), content[5..], tile);
                    break;
                case 0xFF53 when content.Length >= 7:
                    RequirePackets(content[1], 1, content[2..], tile);
                    break;
            }

            at += 2 + length;
        }

        return (hasTransform, isHighThroughput);
    }

    /// <param name="style">Of COD or COC: bit 0 says that precincts have sizes of their own.</param>
    /// <param name="levels">From the number of decompositions on.</param>
    private static void RequirePackets(int style, int layers, ReadOnlySpan<byte> levels, (long Columns, long Rows, long Count) tile)
    {
        int decompositions = levels[0];
        if (decompositions > 32) throw PixelException.Damaged($"The JPEG 2000 stream has {decompositions} decompositions.");
        if (layers == 0) throw PixelException.Damaged("The JPEG 2000 stream has no layer.");
        long precincts = 0;
        for (var resolution = 0; resolution <= decompositions; resolution++)
        {
            var size = 0xFF;
            if ((style & 1) != 0)
            {
                if (levels.Length <= 5 + resolution) throw PixelException.Damaged("The JPEG 2000 header is cut.");
                size = levels[5 + resolution];
            }

            var shrink = decompositions - resolution;
            precincts += Divide(Divide(tile.Columns, 1L << shrink), 1L << (size & 15))
                * Divide(Divide(tile.Rows, 1L << shrink), 1L << (size >> 4));
        }

        if (precincts * tile.Count > MaxPackets / layers)
            throw PixelException.Damaged("The JPEG 2000 stream has more packets than a picture of its size has use for.");
    }

    private static long Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

    private static long Divide(long value, long by) => (value + by - 1) / by;
}
