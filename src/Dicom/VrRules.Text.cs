using System.Globalization;
using System.Text;

namespace CloudPacs.Dicom;

public static partial class VrRules
{
    /// <summary>Length in characters as the limits count them: code points.</summary>
    public static int CountCharacters(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes()) count++;
        return count;
    }

    /// <summary>
    /// Takes out of one value what its representation cannot hold: the value delimiter becomes a slash, line ends and tabs a space in
    /// one-line representations, other control characters go; insignificant spaces at the ends go too.
    /// </summary>
    public static string Clean(string text, VR vr)
    {
        // One line of printable ASCII, which is what most values are, is clean as it is.
        if (text.Length == 0 || (text[0] != ' ' && text[^1] != ' ' && text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0
            && !text.Contains('\\', StringComparison.Ordinal)))
            return text;
        var rule = For(vr);
        var hasLines = vr is VR.LT or VR.ST or VR.UT;
        var clean = new StringBuilder(text.Length);
        var afterBreak = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var isBreak = rune.Value is '\r' or '\n' or '\f' or '\t' or 0x0B or 0x85 or 0x2028 or 0x2029;
            if (isBreak && !hasLines)
            {
                if (!afterBreak) clean.Append(' ');
                afterBreak = true;
                continue;
            }

            afterBreak = false;
            if (isBreak && rune.Value is '\r' or '\n' or '\f' or '\t') clean.Append((char)rune.Value);
            else if (isBreak) clean.Append("\r\n");
            else if (rune.Value == '\\' && rule.MultiValued) clean.Append('/');
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.Control) clean.Append(rune.ToString());
        }

        var result = clean.ToString().AsSpan().TrimEnd(' ');
        return (rule.KeepsLeadingSpaces ? result : result.TrimStart(' ')).ToString();
    }

    /// <summary>
    /// The longest start of one value that its representation allows, ending between text elements and without a trailing space; a PN by
    /// <see cref="PersonName.Fit"/>.
    /// </summary>
    public static string Cut(string text, VR vr)
    {
        if (vr == VR.PN) return PersonName.Parse(text).Fit(out _).ToString();
        var max = For(vr).MaxCharacters;
        return max == 0 ? text : Cut(text, max);
    }

    /// <summary>The longest start of at most that many characters, ending between text elements and without a trailing space.</summary>
    public static string Cut(string text, int maxCharacters)
    {
        if (text.Length <= maxCharacters) return text;
        int end = 0, count = 0;
        while (end < text.Length)
        {
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(end));
            count += CountCharacters(text.AsSpan(end, length));
            if (count > maxCharacters) return text[..end].TrimEnd(' ');
            end += length;
        }

        return text;
    }
}
