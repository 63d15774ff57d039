using System.Buffers.Binary;

namespace CloudPacs.Pixels.Jpeg;

/// <summary>The processes of ITU-T T.81 and T.87 that occur, by the marker that begins the frame.</summary>
internal enum JpegProcess : byte
{
    Baseline = 0xC0,
    Extended = 0xC1,
    Progressive = 0xC2,
    Lossless = 0xC3,
    JpegLs = 0xF7,
}

internal readonly record struct JpegComponent(byte Id, int Horizontal, int Vertical);

/// <summary>What the markers before the first scan say: read without decoding anything.</summary>
/// <param name="AdobeTransform">Value of the APP14 marker: 0 none, 1 luminance and chrominance; null without one.</param>
/// <param name="FirstScan">Offset of the first start of scan marker.</param>
internal sealed record JpegHeader(
    JpegProcess Process, int Precision, int Rows, int Columns, JpegComponent[] Components, bool IsJfif, int? AdobeTransform, int FirstScan)
{
    public const byte StartOfScan = 0xDA;
    public const byte EndOfImage = 0xD9;

    /// <exception cref="PixelException">No JPEG stream, or one of a kind that is not read.</exception>
    public static JpegHeader Read(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < 4 || stream[0] != 0xFF || stream[1] != 0xD8) throw PixelException.Damaged("The frame is no JPEG stream.");
        var isJfif = false;
        int? adobe = null;
        JpegHeader? frame = null;
        for (var at = 2; NextSegment(stream, ref at, out var marker, out var content);)
        {
            switch (marker)
            {
                case 0xE0 when content.StartsWith("JFIF\0"u8):
                    isJfif = true;
                    break;
                case 0xEE when content.StartsWith("Adobe"u8) && content.Length >= 12:
                    adobe = content[11];
                    break;
                case >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC):
                case 0xF7:
                    if (frame != null) throw PixelException.Damaged("The JPEG stream has two frame headers.");
                    frame = ReadFrame(marker, content);
                    break;
                case StartOfScan when frame == null:
                    throw PixelException.Damaged("The JPEG stream has a scan before its frame header.");
                case StartOfScan:
                    return frame with { IsJfif = isJfif, AdobeTransform = adobe, FirstScan = at - content.Length - 4 };
                case EndOfImage:
                    throw PixelException.Damaged("The JPEG stream has no scan.");
            }
        }

        throw PixelException.Damaged("The JPEG stream ends before its first scan.");
    }

    /// <summary>Steps to the next marker; for one with a length, <paramref name="at"/> is after its content.</summary>
    public static bool NextSegment(ReadOnlySpan<byte> stream, ref int at, out byte marker, out ReadOnlySpan<byte> content)
    {
        marker = 0;
        content = default;
        while (at + 1 < stream.Length && !(stream[at] == 0xFF && stream[at + 1] is not (0 or 0xFF))) at++;
        if (at + 1 >= stream.Length) return false;
        marker = stream[at + 1];
        at += 2;
        if (marker is EndOfImage or 0x01 or (>= 0xD0 and <= 0xD8)) return true;
        if (at + 2 > stream.Length) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(stream[at..]);
        if (length < 2 || at + length > stream.Length) throw PixelException.Damaged("A segment of the JPEG stream runs over its end.");
        content = stream.Slice(at + 2, length - 2);
        at += length;
        return true;
    }

    private static JpegHeader ReadFrame(byte marker, ReadOnlySpan<byte> content)
    {
        var process = (JpegProcess)marker;
        if (!Enum.IsDefined(process))
            throw PixelException.NotSupported($"JPEG streams with the frame header FF{marker:X2} are not read.");
        if (content.Length < 6 || content.Length < 6 + content[5] * 3) throw PixelException.Damaged("The JPEG frame header is cut.");
        var components = new JpegComponent[content[5]];
        for (var i = 0; i < components.Length; i++)
        {
            var entry = content.Slice(6 + 3 * i, 3);
            components[i] = new JpegComponent(entry[0], entry[1] >> 4, entry[1] & 15);
            if (components[i].Horizontal is < 1 or > 4 || components[i].Vertical is < 1 or > 4)
                throw PixelException.Damaged("The JPEG frame header has an impossible sampling factor.");
        }

        return new JpegHeader(process, content[0], BinaryPrimitives.ReadUInt16BigEndian(content[1..]),
            BinaryPrimitives.ReadUInt16BigEndian(content[3..]), components, false, null, 0);
    }
}
