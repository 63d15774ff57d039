using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>All character sets, found by what senders write in MSH-18.</summary>
internal static partial class CharacterSetTable
{
    // The runtime's own ASCII makes a question mark of any other byte: two that differ, written as \X..\, would be one text.
    public static readonly CharacterSet Ascii = new EncodingSet(
        "ASCII", Encoding.GetEncoding("us-ascii", new EncoderReplacementFallback("?"), new DecoderReplacementFallback("\uFFFD")));
    public static readonly CharacterSet Utf8 = new EncodingSet("UNICODE UTF-8", Encoding.UTF8);
    public static readonly SingleByteSet JisX0201 = new("ISO IR14",
        new string('\uFFFD', 0x21) + new string([.. Enumerable.Range(0xFF61, 63).Select(i => (char)i)]) + new string('\uFFFD', 0x20));

    private static readonly SingleByteSet[] Latin =
    [
        Latin1(),
        .. new[] { 2, 3, 4, 5, 6 }.Select(n => FromCodePage($"8859/{n}", 28590 + n)),
        // The runtime has the edition of 1987 and other quotation marks.
        FromCodePage("8859/7", 28597, (0xA1, '\u2018'), (0xA2, '\u2019'), (0xA4, '\u20AC'), (0xA5, '\u20AF'), (0xAA, '\u037A')),
        FromCodePage("8859/8", 28598, (0xAF, '\u00AF')),
        FromCodePage("8859/9", 28599),
        new("8859/10", Upper8859To10),
        FromCodePage("8859/11", 874),
        FromCodePage("8859/13", 28603),
        new("8859/14", Upper8859To14),
        FromCodePage("8859/15", 28605),
        new("8859/16", Upper8859To16),
    ];

    private static readonly FrozenDictionary<string, CharacterSet> ByName = Names();
    private static readonly FrozenDictionary<string, CharacterSet>.AlternateLookup<ReadOnlySpan<char>> ByNameSpan =
        ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The set of a value of MSH-18, whatever its case, blanks and signs; null when unknown.</summary>
    public static CharacterSet? Find(ReadOnlySpan<byte> label)
    {
        Span<char> name = stackalloc char[48];
        var length = 0;
        foreach (var value in label)
        {
            if (!char.IsAsciiLetterOrDigit((char)value)) continue;
            if (length == name.Length) return null;
            name[length++] = char.ToUpperInvariant((char)value);
        }

        return ByNameSpan.TryGetValue(name[..length], out var set) ? set : null;
    }

    public static CharacterSet? Find(string label) => Find(Encoding.ASCII.GetBytes(label));

    /// <summary>What a repetition of MSH-18 allows to switch to.</summary>
    public static ShiftSets ShiftsOf(CharacterSet? set) => set switch
    {
        null => ShiftSets.None,
        { Label: "ISO IR87" or "JIS X 0202" } => ShiftSets.JisX0208,
        { Label: "ISO IR159" } => ShiftSets.JisX0212,
        { Label: "KS X 1001" } => ShiftSets.KsX1001,
        { Label: "GB 18030-2000" } => ShiftSets.Gb2312,
        _ => ShiftSets.Other,
    };

    public static SingleByteSet Iso8859(int part) =>
        Latin.First(set => set.Label == string.Create(CultureInfo.InvariantCulture, $"8859/{part}"));

    /// <summary>A code page that gives U+FFFD and a question mark for what it lacks, never a look-alike.</summary>
    public static Encoding CodePage(int number) =>
        CodePagesEncodingProvider.Instance.GetEncoding(number) is { } whole && CodePagesEncodingProvider.Instance.GetEncoding(
            number, new EncoderReplacementFallback("?"), new SecondCodeFallback(whole)) is { } strict
            ? strict
            : throw new NotSupportedException($"The runtime lacks code page {number}.");

    /// <summary>For single bytes that a set of several bytes leaves open the runtime has control and private characters.</summary>
    public static void ReplaceHoles(Span<char> text)
    {
        foreach (ref var value in text)
            if (value is '\u0080' or (>= '\uF8F0' and <= '\uF8FF')) value = '\uFFFD';
    }

    private static FrozenDictionary<string, CharacterSet> Names()
    {
        var gb18030 = new MultiByteSet("GB 18030-2000", CodePage(54936), 0x81, 0xFE, 0x40);
        var big5 = new MultiByteSet("BIG-5", CodePage(950), 0x81, 0xFE, 0x40);
        var shiftJis = new MultiByteSet("shift_jis", CodePage(932), 0x81, 0xFC, 0x40);
        var cns = new MultiByteSet("CNS 11643-1992", CodePage(20000), 0xA1, 0xFE, 0x21);
        var korean = new EncodingSet("KS X 1001", CodePage(949));
        var jis = new Iso2022Set("ISO IR87", Ascii, isBaseDeclared: false, ShiftSets.JisX0208, isWritten: false);
        var jisSupplement = new Iso2022Set("ISO IR159", Ascii, isBaseDeclared: false, ShiftSets.JisX0212, isWritten: false);
        var jisBoth = new Iso2022Set("JIS X 0202", Ascii, isBaseDeclared: false, ShiftSets.JisX0208 | ShiftSets.JisX0212, isWritten: false);
        var names = new Dictionary<string, CharacterSet>(StringComparer.Ordinal);
        var eucJapanese = new EucJapaneseSet("EUC-JP");
        foreach (var (set, labels) in new (CharacterSet, string)[]
        {
            (Ascii, AsciiNames),
            // UTF-16 and UTF-32: whether the bytes are really wide is seen before MSH-18 can be read.
            (Utf8, Utf8Names),
            (gb18030, ChineseNames),
            (big5, BigFiveNames),
            (cns, "CNS116431992 CNS11643"),
            (korean, KoreanNames),
            (JisX0201, "ISOIR14 ISOIR13 JISX0201"),
            (jis, "ISOIR87 JISX0208"),
            (jisBoth, "JISX0202 JAS2020 ISO2022JP CSISO2022JP"),
            (jisSupplement, "ISOIR159 JISX0212"),
            (shiftJis, ShiftJisNames),
            (eucJapanese, EucJapaneseNames),
            (new HongKongSet(big5, HongKongRows), "BIG5HKSCS CSBIG5HKSCS CP951 MS951 BIG5HKSCS2004 BIG5HKSCS2008"),
            (new SingleByteSet("KOI8-T", UpperKoi8Tajik), "KOI8T CSKOI8T"),
        })
            Add(set, labels);

        foreach (var (registration, part) in new[] { (100, 1), (101, 2), (109, 3), (110, 4), (144, 5), (127, 6), (126, 7), (138, 8),
            (148, 9), (157, 10), (166, 11), (179, 13), (199, 14), (203, 15), (226, 16) })
            names[string.Create(CultureInfo.InvariantCulture, $"ISOIR{registration}")] = Iso8859(part);
        foreach (var set in Latin)
        {
            var part = set.Label[5..];
            names["8859" + part] = names["ISO8859" + part] = set;
        }

        foreach (var (part, labels) in PartNames) Add(Iso8859(part), labels);
        foreach (var (page, label, labels) in CodePages) Add(FromCodePage(label, page), labels);
        return names.ToFrozenDictionary(StringComparer.Ordinal);

        void Add(CharacterSet set, string labels)
        {
            foreach (var label in labels.Split(' ')) names[label] = set;
        }
    }

    /// <summary>Senders that say 8859/1 and send the bytes 0x80 to 0x9F mean Windows-1252.</summary>
    private static SingleByteSet Latin1()
    {
        var windows = FromCodePage("windows-1252", 1252);
        return new("8859/1", new string([.. Enumerable.Range(0x80, 128).Select(i => i < 0xA0 ? windows[(byte)i] : (char)i)]));
    }

    private static SingleByteSet FromCodePage(string label, int number, params ReadOnlySpan<(int Code, char Character)> corrections)
    {
        var bytes = Enumerable.Range(0x80, 128).Select(i => (byte)i).ToArray();
        // The runtime maps holes of a set to private characters.
        var upper = CodePage(number).GetString(bytes).Select(c => c is >= '\uE000' and <= '\uF8FF' ? '\uFFFD' : c).ToArray();
        foreach (var (code, character) in corrections) upper[code - 0x80] = character;
        return new(label, new string(upper));
    }
}
