using System.Buffers;
using System.Text;

namespace CloudPacs.Fhir.Formats;

/// <summary>Text in an attribute of XML 1.0, in double quotes (2.2, 2.4, 3.3.3).</summary>
internal static class XmlText
{
    private static readonly SearchValues<byte> Special = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(static value => (byte)value), (byte)'&', (byte)'<', (byte)'>', (byte)'"', 0xEF]);

    /// <summary>Writes a text, escaped.</summary>
    /// <returns>False for a character that XML cannot hold.</returns>
    public static bool TryWrite(IBufferWriter<byte> target, ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var plain = text.IndexOfAny(Special);
            target.Write(plain < 0 ? text : text[..plain]);
            if (plain < 0) return true;
            var value = text[plain];
            // U+FFFE and U+FFFF are no characters of XML; others that begin so are.
            if (value < 32 ? value is not (9 or 10 or 13) : text[plain..] is [0xEF, 0xBF, 0xBE or 0xBF, ..]) return false;
            target.Write(Escaped(value));
            text = text[(plain + 1)..];
        }
    }

    public static bool TryWrite(IBufferWriter<byte> target, string text)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var isWritten = TryWrite(target, rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        ArrayPool<byte>.Shared.Return(rented);
        return isWritten;
    }

    private static ReadOnlySpan<byte> Escaped(byte value) => value switch
    {
        (byte)'&' => "&amp;"u8,
        (byte)'<' => "&lt;"u8,
        (byte)'>' => "&gt;"u8,
        (byte)'"' => "&quot;"u8,
        // As they are, a reader would make spaces of them.
        (byte)'\t' => "&#9;"u8,
        (byte)'\n' => "&#10;"u8,
        (byte)'\r' => "&#13;"u8,
        _ => [0xEF],
    };
}
