using System.Globalization;
using System.Text;

namespace CloudPacs.Dicom;

/// <summary>
/// Characters that nobody sees in a text or a name, and that change how the rest of it is shown: controls, directions, blanks without
/// width. Joiners and variation selectors stay: letters of some scripts are written with them. Of ids nothing is taken
/// (<see cref="IdCharacters"/>).
/// </summary>
public static class HiddenCharacters
{
    /// <summary>The text without them; the same text when it has none.</summary>
    public static string TakeOut(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!HasAny(text)) return text;
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            if (!IsHidden(rune)) shown.Append(rune.ToString());
        return shown.ToString();
    }

    private static bool HasAny(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (IsHidden(rune)) return true;
        return false;
    }

    private static bool IsHidden(Rune rune) => rune.Value switch
    {
        >= ' ' and <= '~' or '\t' or '\n' or '\f' or '\r' or ZeroWidthNonJoiner or ZeroWidthJoiner => false,
        0x115F or 0x1160 or 0x3164 or 0xFFA0 => true,
        >= 0xE0000 and <= 0xE007F => true,
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format && !IsNumberSign(rune),
    };

    /// <summary>Signs before numbers that Unicode counts among format characters, and that are seen.</summary>
    private static bool IsNumberSign(Rune rune) => rune.Value is >= 0x0600 and <= 0x0605 or 0x06DD or 0x070F or 0x08E2;

    private const int ZeroWidthNonJoiner = 0x200C, ZeroWidthJoiner = 0x200D;
}
