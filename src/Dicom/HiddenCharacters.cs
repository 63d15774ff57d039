using System.Globalization;
using System.Text;

namespace CloudPacs.Dicom;

/// <summary>
/// Characters that nobody sees in a text or a name, and that change how the rest of it is shown: controls, directions, blanks without
/// width. Joiners and variation selectors stay behind letters that are written with them. Of ids nothing is taken
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
        var before = default(Rune);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsHidden(rune, before)) continue;
            shown.Append(rune.ToString());
            before = rune;
        }

        return shown.ToString();
    }

    private static bool HasAny(string text)
    {
        var before = default(Rune);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsHidden(rune, before)) return true;
            before = rune;
        }

        return false;
    }

    private static bool IsHidden(Rune rune, Rune before) => rune.Value switch
    {
        >= ' ' and <= '~' or '\t' or '\n' or '\f' or '\r' => false,
        ZeroWidthNonJoiner or ZeroWidthJoiner => before.Value < FirstJoined,
        >= 0xFE00 and <= 0xFE0F or >= 0xE0100 and <= 0xE01EF => before.Value < FirstVaried,
        0x115F or 0x1160 or 0x3164 or 0xFFA0 => true,
        >= 0xE0000 and <= 0xE007F => true,
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format && !IsNumberSign(rune),
    };

    /// <summary>Signs before numbers that Unicode counts among format characters, and that are seen.</summary>
    private static bool IsNumberSign(Rune rune) => rune.Value is >= 0x0600 and <= 0x0605 or 0x06DD or 0x070F or 0x08E2;

    private const int ZeroWidthNonJoiner = 0x200C, ZeroWidthJoiner = 0x200D;

    /// <summary>The scripts from Arabic on have letters that join, those from Mongolian on letters in several forms.</summary>
    private const int FirstJoined = 0x0600, FirstVaried = 0x1800;
}
