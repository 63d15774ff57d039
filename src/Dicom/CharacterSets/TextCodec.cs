using System.Text;

namespace CloudPacs.Dicom;

/// <summary>One way of writing text: a single encoding, or sets switched by escape sequences.</summary>
internal abstract class TextCodec
{
    /// <summary>Bytes below 80H without escape sequences are ASCII, read and written.</summary>
    public abstract bool KeepsAscii { get; }

    public abstract string Decode(ReadOnlySpan<byte> bytes, VR vr);

    /// <summary>Appends the text; false when a character cannot be written (what was appended then is to be taken back).</summary>
    public abstract bool TryEncode(ReadOnlySpan<char> text, VR vr, ByteBuffer output);

    public abstract bool Contains(Rune rune, VR vr);
}
