using System.Buffers;
using System.Text;

namespace CloudPacs.Dicom;

/// <summary>
/// Sets in G0 and G1 switched by escape sequences (ISO 2022 as PS3.5 6.1.2.5 narrows it). The state of value 1 holds again at the start of
/// a value, after a control character, and in PN after ^ and =; bytes that look like delimiters inside two-byte characters are none.
/// </summary>
internal sealed class Iso2022Codec(GraphicSet initialG0, GraphicSet? initialG1, GraphicSet[] sets, bool hasExtensions) : TextCodec
{
    private const byte EscapeByte = SpecificCharacterSet.EscapeByte;
    private const char Delete = '\x7F';
    private readonly GraphicSet? _onlyG1 = sets.Where(set => set.IsG1).Distinct().Take(2).ToArray() is [var single] ? single : null;

    public override bool KeepsAscii { get; } = initialG0 == GraphicSets.Ascii;

    public override string Decode(ReadOnlySpan<byte> bytes, VR vr)
    {
        if (KeepsAscii && !bytes.Contains(EscapeByte) && Ascii.IsValid(bytes)) return Encoding.ASCII.GetString(bytes);
        var text = new StringBuilder(bytes.Length);
        GraphicSet g0 = initialG0, g1 = initialG1 ?? _onlyG1 ?? GraphicSets.Ascii;
        for (var i = 0; i < bytes.Length;)
        {
            var first = bytes[i];
            if (first == EscapeByte)
            {
                var set = FindEscape(bytes[i..]);
                i += set?.Escape.Length ?? 1;
                if (set == null) text.Append('\uFFFD');
                else if (set.IsG1) g1 = set;
                else g0 = set;
                continue;
            }

            if (first is <= 0x20 or (byte)Delete)
            {
                text.Append((char)first);
                i++;
                if (first != 0x20) Reset(out g0, out g1);
                continue;
            }

            var active = first < 0x80 ? g0 : g1;
            if (active.IsDoubleByte)
            {
                var isPair = i + 1 < bytes.Length && (bytes[i + 1] & 0x7F) is >= 0x21 and <= 0x7E && bytes[i + 1] < 0x80 == first < 0x80;
                text.Append(isPair ? active.Decode(GraphicSet.Index(first, bytes[i + 1])) : '\uFFFD');
                i += isPair ? 2 : 1;
                continue;
            }

            if (IsDelimiter((char)first, vr))
            {
                text.Append((char)first);
                Reset(out g0, out g1);
            }
            else text.Append(first >= 0x80 && (!active.IsG1 || first < 0xA0) ? '\uFFFD' : active.Decode(first & 0x7F));
            i++;
        }

        return text.ToString();
    }

    public override bool TryEncode(ReadOnlySpan<char> text, VR vr, ByteBuffer output)
    {
        if (KeepsAscii && Ascii.IsValid(text) && !text.Contains((char)EscapeByte)) return AsciiCodec.TryEncode(text, output);
        var g0 = initialG0;
        var g1 = initialG1;
        foreach (var c in text)
        {
            if (c == EscapeByte) return false;
            if (c is < ' ' or Delete || IsDelimiter(c, vr))
            {
                Return(ref g0, ref g1, output);
                output.Add((byte)c);
            }
            else if (c == ' ' && !g0.IsDoubleByte) output.Add((byte)c);
            else if (!TryWrite(c, vr, ref g0, ref g1, output)) return false;
        }

        Return(ref g0, ref g1, output);
        return true;
    }

    public override bool Contains(Rune rune, VR vr)
    {
        if (!rune.IsBmp) return false;
        var c = (char)rune.Value;
        if (c is < ' ' or Delete || IsDelimiter(c, vr)) return c != EscapeByte;
        GraphicSet g0 = initialG0;
        var g1 = initialG1;
        using var buffer = new ByteBuffer(16);
        return TryWrite(c, vr, ref g0, ref g1, buffer);
    }

    private static bool IsDelimiter(char c, VR vr) => c switch
    {
        '\\' => VrRules.For(vr).MultiValued,
        '^' or '=' => vr == VR.PN,
        _ => false,
    };

    private static GraphicSet? FindEscape(ReadOnlySpan<byte> bytes)
    {
        foreach (var set in GraphicSets.All)
            if (bytes.StartsWith(set.Escape)) return set;
        return null;
    }

    private bool TryWrite(char c, VR vr, ref GraphicSet g0, ref GraphicSet? g1, ByteBuffer output)
    {
        if (TryWriteIn(g0, c, vr, output) || (g1 != null && TryWriteIn(g1, c, vr, output))) return true;
        if (!hasExtensions) return false;
        foreach (var set in sets)
        {
            if (set == g0 || set == g1 || !set.TryEncode(c, out _)) continue;
            var start = output.Length;
            output.Add(set.Escape);
            if (!TryWriteIn(set, c, vr, output))
            {
                output.Truncate(start);
                continue;
            }

            if (set.IsG1) g1 = set;
            else g0 = set;
            return true;
        }

        return false;
    }

    private static bool TryWriteIn(GraphicSet set, char c, VR vr, ByteBuffer output)
    {
        if (!set.TryEncode(c, out var index)) return false;
        var high = set.IsG1 ? 0x80 : 0;
        if (set.IsDoubleByte) output.Add((byte)((index >> 7) | high));
        // The yen sign of JIS X 0201 has the code of the value delimiter, so it cannot be written where that has a meaning.
        else if (index == '\\' && VrRules.For(vr).MultiValued && !set.IsG1) return false;
        output.Add((byte)((index & 0x7F) | high));
        return true;
    }

    private void Return(ref GraphicSet g0, ref GraphicSet? g1, ByteBuffer output)
    {
        if (g0 != initialG0) output.Add(initialG0.Escape);
        if (g1 != initialG1 && initialG1 != null) output.Add(initialG1.Escape);
        g0 = initialG0;
        g1 = initialG1;
    }

    private void Reset(out GraphicSet g0, out GraphicSet g1)
    {
        g0 = initialG0;
        g1 = initialG1 ?? _onlyG1 ?? GraphicSets.Ascii; // ASCII in G1 stands for "undefined": its codes come out as U+FFFD
    }
}
