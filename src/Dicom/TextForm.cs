using System.Text;

namespace CloudPacs.Dicom;

/// <summary>One form of text for comparing, whatever system and character set it came through.</summary>
public static class TextForm
{
    /// <summary>
    /// Composed (NFC), without spaces at the ends, and with one code point for the JIS characters that systems read as either of two (wave
    /// dash, minus, double line).
    /// </summary>
    public static string Normalize(string text)
    {
        var composed = Apply(text.Trim(' '), NormalizationForm.FormC);
        foreach (var (other, known) in GraphicSets.JisVariants)
            if (other > '\u2000') composed = composed.Replace(other, known);
        return composed;
    }

    /// <summary>
    /// A form of Unicode (UAX 15) of any text: U+FFFE and halves of surrogate pairs, which are no characters and have none, become U+FFFD.
    /// </summary>
    internal static string Apply(string text, NormalizationForm form)
    {
        if (text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') || text.Contains('\uFFFE', StringComparison.Ordinal))
            text = string.Concat(text.EnumerateRunes()).Replace('\uFFFE', '\uFFFD');
        return text.Normalize(form);
    }
}
