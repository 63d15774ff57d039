using System.Buffers;
using System.Text;

namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>ASCII with a table of 128 further characters.</summary>
internal sealed class SingleByteSet : CharacterSet
{
    private readonly string _upperHalf;

    /// <param name="label">As written in MSH-18.</param>
    /// <param name="upperHalf">The characters of the bytes 0x80 to 0xFF; where there is none U+FFFD or a control, which no text can
    /// hold.</param>
    public SingleByteSet(string label, string upperHalf)
        : base(label)
    {
        if (upperHalf.Length != 128) throw new ArgumentException("A single-byte set has 128 upper characters.", nameof(upperHalf));
        _upperHalf = new string([.. upperHalf.Select(static value => char.IsControl(value) ? '\uFFFD' : value)]);
    }

    public char this[byte value] => value < 0x80 ? (char)value : _upperHalf[value - 0x80];

    public override int Decode(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        Ascii.ToUtf16(bytes, chars, out var i);
        for (; i < bytes.Length; i++) chars[i] = this[bytes[i]];
        return bytes.Length;
    }

    public override void Encode(ReadOnlySpan<char> text, IBufferWriter<byte> output)
    {
        var bytes = output.GetSpan(text.Length);
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (!TryEncode(text[i], out bytes[length++]) && char.IsHighSurrogate(text[i])) i++;
        }

        output.Advance(length);
    }

    /// <summary>False, and a question mark, for a character that the set lacks.</summary>
    public bool TryEncode(char value, out byte encoded)
    {
        encoded = (byte)value;
        if (value < 0x80) return true;
        var index = value == '\uFFFD' ? -1 : _upperHalf.IndexOf(value, StringComparison.Ordinal);
        encoded = index < 0 ? (byte)'?' : (byte)(0x80 + index);
        return index >= 0;
    }
}
