using System.Buffers;
using System.Text;

namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>A set that the runtime knows and whose multi-byte characters hold no byte that could be a separator.</summary>
internal sealed class EncodingSet(string label, Encoding encoding) : CharacterSet(label)
{
    public override int Decode(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        var count = encoding.GetChars(bytes, chars);
        if (!encoding.IsSingleByte && encoding is not UTF8Encoding) CharacterSetTable.ReplaceHoles(chars[..count]);
        return count;
    }

    public override void Encode(ReadOnlySpan<char> text, IBufferWriter<byte> output) => encoding.GetBytes(text, output);
}
