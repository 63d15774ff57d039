using System.Globalization;
using System.Text;

namespace CloudPacs.Dicom;

/// <summary>Writes text with the letters of a poorer character set: other forms of the same character, then base letters, then romanisation by script.</summary>
public static class Transliteration
{
    /// <summary>The text with every character that the set lacks written otherwise; what has no other form becomes a question mark and is counted.</summary>
    public static string Apply(string text, Func<Rune, bool> contains, ref TextLoss loss)
    {
        var result = new StringBuilder(text.Length + 8);
        var composed = text.Normalize(NormalizationForm.FormC);
        for (var i = 0; i < composed.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(composed.AsSpan(i));
            var element = composed.AsSpan(i, length);
            i += length;
            if (All(element, contains)) result.Append(element);
            else Append(element.ToString(), contains, result, ref loss);
        }

        return result.ToString();
    }

    private static void Append(string element, Func<Rune, bool> contains, StringBuilder result, ref TextLoss loss)
    {
        var before = result.Length;
        foreach (var rune in element.Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (contains(rune)) result.Append(rune.ToString());
        }

        if (result.Length > before) loss += new TextLoss(1, 0);
        else
        {
            result.Append('?');
            loss += new TextLoss(0, 1);
        }
    }

    private static bool All(ReadOnlySpan<char> text, Func<Rune, bool> contains)
    {
        foreach (var rune in text.EnumerateRunes())
            if (!contains(rune)) return false;
        return true;
    }
}
