using System.Globalization;
using System.Text;

namespace CloudPacs.Dicom;

/// <summary>
/// What an id of a person, an order or an examination may be made of, so that the id that is compared is the one that is shown: visible
/// characters that are written in one way only, and that LO and SH can hold (PS3.5 6.1.2.3, 6.1.3 and table 6.2-1).
/// </summary>
/// <remarks>
/// What says nothing is taken away by <see cref="Normalize"/>. What only cannot be seen is never taken away: without it the id could be
/// that of somebody else, so it has to be refused (<see cref="FindProblem(string)"/>).
/// </remarks>
public static class IdCharacters
{
    /// <summary>
    /// The id without blanks at its ends, which are not significant (PS3.5 6.2), and in the composed form of Unicode (UAX 15, NFC).
    /// </summary>
    public static string Normalize(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (id.Length == 0 || (IsPrintableAscii(id) && id[0] != ' ' && id[^1] != ' ')) return id;
        id = id.Trim();
        // Half of a surrogate pair and the like have no form at all.
        return IsPrintableAscii(id) || HasUnreadable(id) ? id : Compose(id);
    }

    /// <summary>Why an id that was normalized cannot be used, in words without the id; null when it can.</summary>
    public static string? FindProblem(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (IsPrintableAscii(id)) return id.Contains('\\', StringComparison.Ordinal) ? Backslash : null;
        if (HasUnreadable(id)) return "has a character that could not be read (U+FFFD)";
        foreach (var rune in id.EnumerateRunes())
            if (FindProblem(rune) is { } problem) return problem;
        return id == Compose(id) ? null : "is not in the composed form of Unicode (NFC)";
    }

    /// <summary>
    /// An id as it is shown. One that was stored before such ids were refused gets each of its characters that cannot be shown as a number
    /// (<c>VIC[0007]TIM1</c>): without them it would be shown as that of somebody else.
    /// </summary>
    public static string Show(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (IsPrintableAscii(id) && !id.Contains('\\', StringComparison.Ordinal)) return id.Trim(' ');
        var shown = new StringBuilder(id.Length + 8);
        foreach (var rune in id.AsSpan().Trim().EnumerateRunes())
        {
            if (rune.Value == '\\' || IsControl(rune) || IsInvisible(rune))
                shown.Append(CultureInfo.InvariantCulture, $"[{rune.Value:X4}]");
            else shown.Append(rune.ToString());
        }

        return VrRules.Cut(shown.ToString(), VR.LO);
    }

    private const string Backslash = "has a backslash, which DICOM cannot hold";

    private static string? FindProblem(Rune rune)
    {
        if (rune.Value is >= ' ' and <= '~') return rune.Value == '\\' ? Backslash : null;
        if (IsControl(rune)) return "has a control character or a line end";
        if (IsInvisible(rune)) return "has an invisible character or a blank that is not a plain space";
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
            return "has a character that Unicode does not define";
        return IsVariant(rune) ? "has a character that is a variant of a plain one, such as a full-width digit" : null;
    }

    private static bool IsControl(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>
    /// Format characters, blanks of other kinds, and what a program shows as nothing (property Default_Ignorable_Code_Point of Unicode).
    /// </summary>
    private static bool IsInvisible(Rune rune) => rune.Value switch
    {
        0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2065 or 0x2800 or 0x3164 or 0xFFA0 or 0xFFFC => true,
        >= 0x180B and <= 0x180F => true,
        >= 0xFE00 and <= 0xFE0F => true,
        >= 0xFFF0 and <= 0xFFF8 => true,
        >= 0xE0000 and <= 0xE0FFF => true,
        ' ' => false,
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.SpaceSeparator,
    };

    /// <summary>Whether Unicode knows the character as another form of others (UAX 15, NFKC), which people read as those.</summary>
    private static bool IsVariant(Rune rune)
    {
        if (rune.Value is ThaiAm or LaoAm) return false; // common letters, whose parts nobody writes
        var text = rune.ToString();
        return text.Normalize(NormalizationForm.FormKC) != text;
    }

    private const int ThaiAm = 0x0E33, LaoAm = 0x0EB3;

    private static string Compose(string id) => id.Normalize(NormalizationForm.FormC)
        .Replace("\u0E4D\u0E32", "\u0E33", StringComparison.Ordinal).Replace("\u0ECD\u0EB2", "\u0EB3", StringComparison.Ordinal);

    /// <summary>A character that stands for bytes that were none, half of a surrogate pair, or no character (U+FFFE, U+FFFF …).</summary>
    private static bool HasUnreadable(string id)
    {
        foreach (var rune in id.EnumerateRunes())
            if (rune == Rune.ReplacementChar || (rune.Value & 0xFFFE) == 0xFFFE) return true;
        return false;
    }

    private static bool IsPrintableAscii(string id) => id.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0;
}
