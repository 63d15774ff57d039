using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Unicode;
using CloudPacs.Hl7v2.Text;

namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>
/// Decides how the bytes of a message are read: what MSH-18 and MSH-20 say, checked against the bytes (HL7 v2.5.1 2.15.9.18, 2.15.9.20).
/// </summary>
internal static class CharacterSetChoice
{
    private const byte Esc = 0x1B;
    private const byte ShiftOut = 0x0E;

    private static readonly ErrorLocation Location = new("MSH", 1, 18);
    private static readonly Problem Unknown = Warning(
        103, "MSH-18 names a character set that is not known here; the text was read by its bytes.");
    // Nothing was lost and nothing guessed: other text than UTF-8 is hardly ever valid UTF-8.
    private static readonly Problem Undeclared = Warning(
        101, "The message holds characters beyond ASCII and MSH-18 does not declare their set; it was read as UTF-8, which it is.")
        with
    { Severity = Severity.Information };
    private static readonly Problem Assumed = Warning(101,
        "The message holds characters beyond ASCII and MSH-18 does not declare their set; it was read in the default set of the link.");
    private static readonly Problem NotUtf8 = Warning(
        102, "MSH-18 says UTF-8 but the bytes are not; the message was read in the default set of the link.");
    private static readonly Problem MeantUtf8 = Warning(
        102, "MSH-18 says a set of single bytes but the bytes are UTF-8, which other text hardly ever is; the message was read as UTF-8.");
    private static readonly Problem Marked = Warning(
        102, "The message begins with the byte order mark of UTF-8 and MSH-18 says another set; it was read as UTF-8, which it is.");

    // Bounded by (sets of the table) x (values of the flags): what is in it never depends on the content of messages.
    private static readonly ConcurrentDictionary<(
        CharacterSet Base, bool IsBaseDeclared, ShiftSets Shifts, bool IsWritten), Iso2022Set> Shifting = new();

    /// <param name="text">The message from MSH on.</param>
    /// <param name="declaration">What it says of its set.</param>
    /// <param name="delimiters">Of the message.</param>
    /// <param name="linkDefault">The set for messages that declare none.</param>
    /// <param name="warnings">Gets what had to be assumed.</param>
    public static CharacterSet Choose(ReadOnlySpan<byte> text, in Declaration declaration,
        in Delimiters delimiters, CharacterSet linkDefault, List<Problem> warnings)
    {
        var declared = declaration.Sets;
        Scan.TryPart(declared, delimiters.Repetition, 1, out var start, out var length);
        var label = declared.Slice(start, length).Trim((byte)' ');
        var set = label.IsEmpty || label.SequenceEqual("\"\""u8) ? CharacterSetTable.Ascii : CharacterSetTable.Find(label);
        var isUnknown = set is null;
        var shifts = set is Iso2022Set ? CharacterSetTable.ShiftsOf(set) : ShiftSets.None;
        for (var i = 2; Scan.TryPart(declared, delimiters.Repetition, i, out start, out length); i++)
        {
            var further = declared.Slice(start, length).Trim((byte)' ');
            var other = CharacterSetTable.Find(further);
            isUnknown |= other is null && !further.IsEmpty;
            shifts |= CharacterSetTable.ShiftsOf(other);
            // Of a sender that calls its set by a name unknown here, a further set says more than the link.
            var isUsable = other is SingleByteSet or EncodingSet && other != CharacterSetTable.Ascii && other != CharacterSetTable.Utf8;
            if (set is null && isUsable) linkDefault = other!;
        }

        if (isUnknown && (!Ascii.IsValid(text) || text.ContainsAny(Esc, ShiftOut))) warnings.Add(Unknown);
        var isOther = set is not null && set != CharacterSetTable.Ascii && set != CharacterSetTable.Utf8;
        if (isOther && declaration.HasMark && !Ascii.IsValid(text) && Utf8.IsValid(text))
        {
            warnings.Add(Marked);
            return CharacterSetTable.Utf8;
        }

        if ((shifts != ShiftSets.None || !declaration.Scheme.IsEmpty) && set is not MultiByteSet && set != CharacterSetTable.Utf8)
            return ChooseShifting(text, set, shifts, delimiters, linkDefault) ?? ChooseByBytes(text, set, linkDefault, warnings);

        return ChooseByBytes(text, set, linkDefault, warnings);
    }

    private static CharacterSet ChooseByBytes(ReadOnlySpan<byte> text, CharacterSet? set, CharacterSet linkDefault, List<Problem> warnings)
    {
        if (set == CharacterSetTable.Utf8)
        {
            if (Utf8.IsValid(text)) return set;
            // One broken character costs itself where others are good; a site that has set another default knows its senders.
            var (whole, cut) = CountUtf8(text);
            if (whole > 0 && (whole >= cut || linkDefault == CharacterSetTable.Iso8859(1))) return set;
            warnings.Add(NotUtf8);
            return linkDefault;
        }

        if (set is SingleByteSet latin && IsUtf8Instead(latin, text))
        {
            warnings.Add(MeantUtf8);
            return CharacterSetTable.Utf8;
        }

        if (set is not null and not Iso2022Set && set != CharacterSetTable.Ascii) return set;
        // Shifts are ASCII bytes: on a link whose default is a shifting set they mean what they say.
        if (linkDefault is Iso2022Set && text.Contains(Esc)) return linkDefault;
        if (Ascii.IsValid(text)) return CharacterSetTable.Ascii;
        // Of characters in other sets some look like UTF-8 by chance.
        var isUtf8 = CountUtf8(text) is var (good, broken) && good > 3 * broken;
        if (set is not null) warnings.Add(isUtf8 ? Undeclared : Assumed);
        return isUtf8 ? CharacterSetTable.Utf8 : linkDefault;
    }

    /// <summary>
    /// Whether a text that is said to be of Western Europe is UTF-8: all of it, and more than one capital letter before a sign, as
    /// <c>É’</c> would be, or the <c>Ã</c> that most such letters begin with.
    /// </summary>
    private static bool IsUtf8Instead(SingleByteSet declared, ReadOnlySpan<byte> text) =>
        declared.Label is "8859/1" or "8859/9" or "8859/15" or "windows-1252" or "windows-1254"
        && CountUtf8(text) is ( > 0 and var good, 0) && (good > 1 || text.Contains((byte)0xC3));

    /// <summary>How many characters beyond ASCII are UTF-8, and how many times bytes are not.</summary>
    private static (int Good, int Broken) CountUtf8(ReadOnlySpan<byte> text)
    {
        int good = 0, broken = 0;
        while (text.IndexOfAnyInRange((byte)0x80, (byte)0xFF) is >= 0 and var next)
        {
            text = text[next..];
            if (Rune.DecodeFromUtf8(text, out _, out var taken) == OperationStatus.Done) good++;
            else broken++;
            text = text[taken..];
        }

        return (good, broken);
    }

    private static Iso2022Set? ChooseShifting(
        ReadOnlySpan<byte> text, CharacterSet? set, ShiftSets shifts, in Delimiters delimiters, CharacterSet linkDefault)
    {
        var isRaw = text.Contains(Esc);
        var isWritten = !isRaw && delimiters.Escape == (byte)'\\' && (text.IndexOf("\\C2"u8) >= 0 || text.IndexOf("\\M2"u8) >= 0);
        if (!isRaw && !isWritten) return null;

        var isDeclared = set is not (null or Iso2022Set) && set != CharacterSetTable.Ascii;
        var baseSet = isDeclared ? set! : linkDefault;
        if (baseSet is not (SingleByteSet or EncodingSet) || baseSet == CharacterSetTable.Utf8) baseSet = CharacterSetTable.Iso8859(1);
        return Shifting.GetOrAdd((baseSet, isDeclared, shifts, isWritten),
            static key => new Iso2022Set("ISO 2022", key.Base, key.IsBaseDeclared, key.Shifts, key.IsWritten));
    }

    private static Problem Warning(int code, string text) => new(code, Severity.Warning, Location, text);
}
