using System.Globalization;
using System.Text;

namespace CloudPacs.Fhir.Search.Values;

/// <summary>
/// Text as searches compare it: without case, accents, punctuation, and with single spaces (FHIR R4 search.html 3.1.1.4.8).
/// </summary>
public static class FoldedText
{
    public static string Of(string text)
    {
        if (IsFolded(text)) return text;
        var folded = new StringBuilder(text.Length);
        // What is no character in any text is refused there.
        foreach (var rune in text.Replace('\uFFFE', '\uFFFD').Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format) continue;
            if (category is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Control or (>= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation))
            {
                if (folded.Length > 0 && folded[^1] != ' ') folded.Append(' ');
                continue;
            }

            if (rune.Value == 'ß') folded.Append("ss");
            else folded.Append(Rune.ToLowerInvariant(rune));
        }

        if (folded.Length > 0 && folded[^1] == ' ') folded.Length--;
        return folded.ToString();
    }

    private static bool IsFolded(string text)
    {
        foreach (var unit in text)
        {
            if (!char.IsAsciiLetterLower(unit) && !char.IsAsciiDigit(unit)) return false;
        }

        return true;
    }
}
