using System.Buffers;
using System.Text;

namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>
/// EUC-JP: JIS X 0208 in the upper half, half-width Katakana after 8E, JIS X 0212 after 8F. No byte of a character can be a separator.
/// </summary>
internal sealed class EucJapaneseSet(string label) : CharacterSet(label)
{
    private const byte Kana = 0x8E;
    private const byte Supplement = 0x8F;

    public override int Decode(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        var count = 0;
        while (!bytes.IsEmpty)
        {
            (chars[count++], var taken) = bytes switch
            {
                [< 0x80 and var ascii, ..] => ((char)ascii, 1),
                [Kana, >= 0xA1 and <= 0xDF and var kana, ..] => (CharacterSetTable.JisX0201[kana], 2),
                [Supplement, >= 0xA1 and < 0xFF and var row, >= 0xA1 and < 0xFF and var column, ..] =>
                    (Character(row, column, ShiftTarget.JisX0212), 3),
                [>= 0xA1 and < 0xFF and var row, >= 0xA1 and < 0xFF and var column, ..] =>
                    (Character(row, column, ShiftTarget.JisX0208), 2),
                _ => ('\uFFFD', 1),
            };
            bytes = bytes[taken..];
        }

        return count;
    }

    public override void Encode(ReadOnlySpan<char> text, IBufferWriter<byte> output)
    {
        Span<byte> bytes = stackalloc byte[3];
        foreach (var rune in text.EnumerateRunes()) output.Write(bytes[..Encode(rune, bytes)]);
    }

    private static int Encode(Rune rune, Span<byte> bytes)
    {
        bytes[0] = rune.IsAscii ? (byte)rune.Value : (byte)'?';
        if (rune.IsAscii || !rune.IsBmp) return 1;
        var value = (char)rune.Value;
        if (JapaneseCodes.TryEncode(value, ShiftTarget.JisX0208, bytes)) return Raise(bytes, 0);
        if (JapaneseCodes.TryEncode(value, ShiftTarget.JisX0212, bytes[1..])) return Raise(bytes, Supplement);
        if (!CharacterSetTable.JisX0201.TryEncode(value, out bytes[1]))
        {
            bytes[0] = (byte)'?';
            return 1;
        }

        bytes[0] = Kana;
        return 2;
    }

    private static int Raise(Span<byte> bytes, byte lead)
    {
        var length = lead == 0 ? 2 : 3;
        foreach (ref var value in bytes[..length]) value |= 0x80;
        if (lead != 0) bytes[0] = lead;
        return length;
    }

    private static char Character(byte row, byte column, ShiftTarget set) =>
        JapaneseCodes.Decode((byte)(row & 0x7F), (byte)(column & 0x7F), set)[0];
}
