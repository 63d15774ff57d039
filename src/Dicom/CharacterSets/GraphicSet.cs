namespace CloudPacs.Dicom;

/// <summary>
/// One set of characters of ISO 2022 in 7-bit codes, with the escape sequence that brings it into G0 or G1 (PS3.3 C.12.1.1.2).
/// The tables come from .NET encodings, which are wider than the sets and silently give look-alikes: so only the codes of the set
/// are decoded, once, and writing uses the inverse of that table.
/// </summary>
internal sealed class GraphicSet
{
    private readonly Lazy<char[]> _decode;
    private readonly Lazy<ushort[]> _encode;

    public GraphicSet(string escape, bool isG1, bool isDoubleByte, Func<char[]> table, IReadOnlyDictionary<char, char>? alsoWritten = null)
    {
        Escape = [0x1B, .. escape.Select(c => (byte)c)];
        IsG1 = isG1;
        IsDoubleByte = isDoubleByte;
        _decode = new Lazy<char[]>(table);
        _encode = new Lazy<ushort[]>(() => Invert(_decode.Value, alsoWritten));
    }

    public byte[] Escape { get; }

    /// <summary>Codes have the high bit set; else they are in the range of ASCII.</summary>
    public bool IsG1 { get; }

    public bool IsDoubleByte { get; }

    /// <summary>Index of a code in the table: 7 bits, or row and cell of 7 bits each.</summary>
    public static int Index(int first, int second) => ((first & 0x7F) << 7) | (second & 0x7F);

    /// <summary>U+FFFD for a code that the set leaves open.</summary>
    public char Decode(int index)
    {
        var c = _decode.Value[index];
        return c == '\0' ? '\uFFFD' : c;
    }

    public bool TryEncode(char c, out int index)
    {
        index = _encode.Value[c];
        return index != 0;
    }

    private static ushort[] Invert(char[] table, IReadOnlyDictionary<char, char>? alsoWritten)
    {
        var inverse = new ushort[char.MaxValue + 1];
        for (var index = table.Length - 1; index > 0; index--)
            if (table[index] != '\0') inverse[table[index]] = (ushort)index;
        if (alsoWritten == null) return inverse;
        foreach (var (other, known) in alsoWritten)
            if (inverse[other] == 0) inverse[other] = inverse[known];
        return inverse;
    }
}
