using System.Buffers;

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

    public override string ToString() => Label;
}
