using System.Text;

namespace CloudPacs.Dicom;

/// <summary>UTF-8, GB18030 and GBK: one encoding for the whole value, no escape sequences (PS3.3 table C.12-5).</summary>
internal sealed class WholeCodec : TextCodec
{
    private readonly Encoding _encoding;
    private readonly Encoding _reader;
    private readonly bool _isGbk;

    private WholeCodec(Encoding encoding, Encoding reader, bool isGbk)
    {
        _encoding = encoding;
        _reader = reader;
        _isGbk = isGbk;
    }

    public static WholeCodec Utf8() => new(new UTF8Encoding(false, true), new UTF8Encoding(false, false), false);

    public static WholeCodec Gb18030() => Create(54936, false);

    public static WholeCodec Gbk() => Create(936, true);

    public override bool KeepsAscii => true;

    public override string Decode(ReadOnlySpan<byte> bytes, VR vr)
    {
        var text = _reader.GetString(bytes);
        if (text.Length > 0 && text[0] == '\uFEFF') text = text[1..];
        // 936 decodes pairs that GBK leaves open as private-use characters, and 80H as a euro sign.
        return _isGbk ? string.Create(text.Length, text, static (chars, source) =>
        {
            for (var i = 0; i < chars.Length; i++) chars[i] = IsOutsideGbk(source[i]) ? '\uFFFD' : source[i];
        }) : text;
    }

    public override bool TryEncode(ReadOnlySpan<char> text, VR vr, ByteBuffer output)
    {
        if (_isGbk)
            foreach (var c in text)
                if (IsOutsideGbk(c)) return false;
        try
        {
            var count = _encoding.GetBytes(text, output.GetSpan(_encoding.GetMaxByteCount(text.Length)));
            output.Advance(count);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false; // the only way .NET tells that a character has no code
        }
    }

    public override bool Contains(Rune rune, VR vr)
    {
        Span<char> chars = stackalloc char[2];
        using var buffer = new ByteBuffer(16);
        return TryEncode(chars[..rune.EncodeToUtf16(chars)], vr, buffer);
    }

    private static WholeCodec Create(int codePage, bool isGbk)
    {
        var encoding = GraphicSets.StrictEncoding(codePage);
        return new WholeCodec(encoding, encoding, isGbk);
    }

    private static bool IsOutsideGbk(char c) => c is '\u20AC' or '\u0080' or (>= '\uE000' and <= '\uF8FF');
}
