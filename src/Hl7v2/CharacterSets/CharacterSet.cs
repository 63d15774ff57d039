using System.Buffers;
using System.Text;

namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>
/// A character set of HL7 table 0211, or one seen in its place. Immutable; text that is not in the set never makes an error.
/// </summary>
internal abstract class CharacterSet(string label)
{
    /// <summary>As written in MSH-18.</summary>
    public string Label { get; } = label;

    /// <summary>
    /// Decodes; what is not in the set becomes U+FFFD. The destination has at least as many characters as there are bytes.
    /// </summary>
    public abstract int Decode(ReadOnlySpan<byte> bytes, Span<char> chars);

    /// <summary>Encodes; what is not in the set becomes a question mark.</summary>
    public abstract void Encode(ReadOnlySpan<char> text, IBufferWriter<byte> output);

    /// <summary>True when some of the bytes are not in the set.</summary>
    public bool HasBroken(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes)) return false;
        var chars = ArrayPool<char>.Shared.Rent(bytes.Length);
        var isBroken = chars.AsSpan(0, Decode(bytes, chars)).Contains('\uFFFD');
        ArrayPool<char>.Shared.Return(chars);
        return isBroken;
    }

    public override string ToString() => Label;
}
