using System.Buffers;
using System.Text;

namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>GB 18030, Big5, Shift-JIS, CNS 11643: a lead byte above ASCII, then trail bytes that may look like ASCII.</summary>
internal sealed class MultiByteSet(string label, Encoding encoding, byte firstLead, byte lastLead, byte firstTrail) : TranscodedSet(label)
{
    public override void Encode(ReadOnlySpan<char> text, IBufferWriter<byte> output) => encoding.GetBytes(text, output);

    protected override int Step(ReadOnlySpan<byte> raw, in Delimiters delimiters, ref ShiftState state, Span<byte> utf8, out int written)
    {
        var ascii = raw.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
        if (ascii < 0) ascii = raw.Length;
        if (ascii > 0)
        {
            raw[..ascii].CopyTo(utf8);
            written = ascii;
            return ascii;
        }

        var length = LengthOfCharacter(raw);
        Span<char> chars = stackalloc char[8];
        var count = encoding.GetChars(raw[..length], chars);
        if (encoding.CodePage == 950) chars[0] = CharacterSetTable.BigFiveSymbol(chars[0]);
        CharacterSetTable.ReplaceHoles(chars[..count]);
        written = WriteUtf8(chars[..count], utf8);
        return length;
    }

    private int LengthOfCharacter(ReadOnlySpan<byte> raw)
    {
        if (raw[0] < firstLead || raw[0] > lastLead || raw.Length < 2) return 1;
        // Shift-JIS has single bytes among its lead bytes: half-width Katakana.
        if (firstTrail == 0x40 && encoding.CodePage == 932 && raw[0] is >= 0xA0 and <= 0xDF) return 1;
        if (encoding.CodePage == 54936 && raw is [_, >= 0x30 and <= 0x39, >= 0x81 and <= 0xFE, >= 0x30 and <= 0x39, ..]) return 4;
        // A lead byte without its trail byte must not swallow a separator.
        return raw[1] >= firstTrail && raw[1] is not (0x7F or 0xFF) ? 2 : 1;
    }
}
