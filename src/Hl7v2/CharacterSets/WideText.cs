using System.Text;

namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>
/// UTF-16 and UTF-32, which table 0211 has although no MLLP frame should: recognized by their byte order mark or by the zero bytes in
/// <c>MSH</c>.
/// </summary>
internal static class WideText
{
    private static readonly Encoding Utf32BigEndian = new UTF32Encoding(bigEndian: true, byteOrderMark: true);

    public static Encoding? Detect(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xFE, 0, 0, ..] or [(byte)'M', 0, 0, 0, ..] => Encoding.UTF32,
        [0, 0, 0xFE, 0xFF, ..] or [0, 0, 0, (byte)'M', ..] => Utf32BigEndian,
        [0xFF, 0xFE, ..] or [(byte)'M', 0, (byte)'S', 0, ..] => Encoding.Unicode,
        [0xFE, 0xFF, ..] or [0, (byte)'M', 0, (byte)'S', ..] => Encoding.BigEndianUnicode,
        _ => null,
    };

    public static ReadOnlyMemory<byte> ToUtf8(ReadOnlySpan<byte> bytes, Encoding encoding, ref byte[] buffer)
    {
        var chars = encoding.GetString(bytes);
        var needed = Encoding.UTF8.GetMaxByteCount(chars.Length);
        if (buffer.Length < needed) buffer = new byte[needed];
        return buffer.AsMemory(0, Encoding.UTF8.GetBytes(chars, buffer));
    }
}
