using System.Text;

namespace CloudPacs.Dicom;

/// <summary>The default repertoire, for representations that the character set does not touch.</summary>
internal static class AsciiCodec
{
    public static string Decode(ReadOnlySpan<byte> bytes) => string.Create(bytes.Length, bytes, static (chars, source) =>
    {
        for (var i = 0; i < chars.Length; i++) chars[i] = source[i] < 0x80 ? (char)source[i] : '\uFFFD';
    });

    public static bool TryEncode(ReadOnlySpan<char> text, ByteBuffer output)
    {
        if (!Ascii.IsValid(text)) return false;
        var target = output.GetSpan(text.Length);
        Ascii.FromUtf16(text, target, out var written);
        output.Advance(written);
        return true;
    }
}
