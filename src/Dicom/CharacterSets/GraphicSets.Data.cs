using System.Text;

namespace CloudPacs.Dicom;

/// <summary>The sets that PS3.3 tables C.12-3 and C.12-4 name, filled from .NET code pages within the bounds of each set.</summary>
internal static class GraphicSets
{
    /// <summary>What .NET reads for open codes of the Japanese sets.</summary>
    private const char KatakanaDot = '\u30FB';

    /// <summary>JIS X 0208 characters that systems map to two code points each: the one on the right is read, both are written.</summary>
    public static readonly IReadOnlyDictionary<char, char> JisVariants = new Dictionary<char, char>
    {
        ['\uFF5E'] = '\u301C', // wave dash
        ['\u2225'] = '\u2016', // double vertical line
        ['\uFF0D'] = '\u2212', // minus sign
        ['\u2014'] = '\u2015', // em dash
        ['\u00A2'] = '\uFFE0', // cent sign
        ['\u00A3'] = '\uFFE1', // pound sign
        ['\u00AC'] = '\uFFE2', // not sign
    };

    public static readonly GraphicSet Ascii = new("(B", false, false, () => Low(c => c));
    public static readonly GraphicSet JisRomaji = new(
        "(J", false, false, () => Low(c => c switch { '\\' => '\u00A5', '~' => '\u203E', _ => c }));
    public static readonly GraphicSet JisKatakana = new(")I", true, false, () => Fill(0x21, 0x5F, code => (char)(0xFF61 + code - 0x21)));
    public static readonly GraphicSet Latin1 = Single("-A", 28591);
    public static readonly GraphicSet Latin2 = Single("-B", 28592);
    public static readonly GraphicSet Latin3 = Single("-C", 28593);
    public static readonly GraphicSet Latin4 = Single("-D", 28594);
    public static readonly GraphicSet Cyrillic = Single("-L", 28595);
    public static readonly GraphicSet Arabic = Single("-G", 28596);
    public static readonly GraphicSet Greek = Single("-F", 28597, 0xA4, 0xA5, 0xAA); // not in the 1987 edition
    public static readonly GraphicSet Hebrew = Single("-H", 28598);
    public static readonly GraphicSet Latin5 = Single("-M", 28599);
    public static readonly GraphicSet Latin9 = Single("-b", 28605);
    public static readonly GraphicSet Thai = Single("-T", 874, 0xA0); // TIS 620 begins at A1

    public static readonly GraphicSet Kanji = new("$B", false, true, BuildKanji, JisVariants);

    public static readonly GraphicSet SupplementaryKanji = new("$(D", false, true, BuildSupplementaryKanji);

    public static readonly GraphicSet Korean = new("$)C", true, true, BuildKorean);

    // 936 is GBK: its additions inside the square of GB 2312 are left out.
    public static readonly GraphicSet Chinese = new("$)A", true, true, () => Double(936, secondIsHigh: true, (row, cell) => row switch
    {
        0x22 => cell is >= 0x31 and <= 0x62 or >= 0x65 and <= 0x6E or >= 0x71 and <= 0x7C,
        0x26 => cell is < 0x60,
        0x28 => cell is <= 0x3A or >= 0x45,
        _ => row <= 0x77,
    }), new Dictionary<char, char> { ['\u30FB'] = '\u00B7', ['\u2015'] = '\u2014' });

    /// <summary>Every escape sequence that is understood on reading, whether declared or not.</summary>
    public static readonly GraphicSet[] All =
    [
        Ascii, JisRomaji, JisKatakana, Kanji, SupplementaryKanji, Korean, Chinese, Latin1, Latin2, Latin3, Latin4, Cyrillic, Arabic, Greek,
        Hebrew, Latin5, Latin9, Thai,
    ];

    /// <summary>G0 and G1 sets of a defined term, given by the number in it; both null when there is no such term.</summary>
    public static (GraphicSet? G0, GraphicSet? G1) Find(string number) => number switch
    {
        "6" => (Ascii, null),
        "100" => (Ascii, Latin1),
        "101" => (Ascii, Latin2),
        "109" => (Ascii, Latin3),
        "110" => (Ascii, Latin4),
        "144" => (Ascii, Cyrillic),
        "127" => (Ascii, Arabic),
        "126" => (Ascii, Greek),
        "138" => (Ascii, Hebrew),
        "148" => (Ascii, Latin5),
        "203" => (Ascii, Latin9),
        "166" => (Ascii, Thai),
        "13" => (JisRomaji, JisKatakana),
        "87" => (Kanji, null),
        "159" => (SupplementaryKanji, null),
        "149" => (null, Korean),
        "58" => (null, Chinese),
        _ => (null, null),
    };

    public static Encoding StrictEncoding(int codePage) =>
        CodePagesEncodingProvider.Instance.GetEncoding(
            codePage, EncoderFallback.ExceptionFallback, new DecoderReplacementFallback("\uFFFD"))
        ?? Encoding.GetEncoding(codePage, EncoderFallback.ExceptionFallback, new DecoderReplacementFallback("\uFFFD"));

    private static GraphicSet Single(string escape, int codePage, params int[] open) => new(escape, true, false, () =>
    {
        var encoding = StrictEncoding(codePage);
        return Fill(0x20, 0x7F, code => open.Contains(code | 0x80) ? '\0' : One(encoding, [(byte)(code | 0x80)]));
    });

    private static char[] Low(Func<char, char> map) => Fill(0x20, 0x7E, code => map((char)code));

    private static char[] Fill(int from, int to, Func<int, char> map)
    {
        var table = new char[128];
        for (var code = from; code <= to; code++) table[code] = map(code);
        return table;
    }

    private static char[] BuildSupplementaryKanji()
    {
        var table = Double(
            20932, secondIsHigh: false, (row, _) => row is 0x22 or 0x26 or 0x27 or 0x29 or 0x2A or 0x2B or (>= 0x30 and <= 0x6D));
        Remove(table, KatakanaDot, except: 0);
        table[GraphicSet.Index(0x22, 0x37)] = '~';
        table[GraphicSet.Index(0x22, 0x71)] = '\u2116'; // the numero sign; .NET has neither
        return table;
    }

    private static char[] BuildKanji()
    {
        // Row 2DH (NEC) and rows above 74H (NEC and IBM) are not in JIS X 0208.
        var table = Double(51932, secondIsHigh: true, (row, _) => row is <= 0x74 and not 0x2D);
        Remove(table, KatakanaDot, except: GraphicSet.Index(0x21, 0x26));
        foreach (var (other, known) in JisVariants)
        {
            var index = Array.IndexOf(table, other);
            if (index >= 0) table[index] = known;
        }

        return table;
    }

    private static char[] BuildKorean()
    {
        // KS X 1001:1998 added the euro and registered signs (row 22H, cells 66H and 67H); DICOM names the 1997 edition.
        var table = Double(51949, secondIsHigh: true, (row, cell) => row != 0x22 || cell is < 0x66);
        table[GraphicSet.Index(0x34, 0x53)] = '\uB2D2'; // .NET reads U+B2D6 here, which is not in the set
        return table;
    }

    private static void Remove(char[] table, char c, int except)
    {
        for (var index = 0; index < table.Length; index++)
            if (table[index] == c && index != except) table[index] = '\0';
    }

    private static char[] Double(int codePage, bool secondIsHigh, Func<int, int, bool> belongs)
    {
        var encoding = StrictEncoding(codePage);
        var table = new char[128 * 128];
        Span<byte> pair = stackalloc byte[2];
        for (var row = 0x21; row <= 0x7E; row++)
        {
            for (var cell = 0x21; cell <= 0x7E; cell++)
            {
                if (!belongs(row, cell)) continue;
                pair[0] = (byte)(row | 0x80);
                pair[1] = (byte)(secondIsHigh ? cell | 0x80 : cell);
                table[GraphicSet.Index(row, cell)] = One(encoding, pair);
            }
        }

        return table;
    }

    /// <summary>
    /// Undefined codes come out of the .NET decoders as private-use characters, or as two characters: both are no character of the set.
    /// </summary>
    private static char One(Encoding encoding, ReadOnlySpan<byte> bytes)
    {
        Span<char> chars = stackalloc char[8];
        var count = encoding.GetChars(bytes, chars);
        return count == 1 && chars[0] is not (>= '\uE000' and <= '\uF8FF') and not '\uFFFD' and not (>= '\u0080' and < '\u00A0')
            ? chars[0]
            : '\0';
    }
}
