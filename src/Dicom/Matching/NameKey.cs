using System.Globalization;
using System.Text;

namespace CloudPacs.Dicom.Matching;

/// <summary>
/// Person names in the form that matching compares: case and accents folded, trailing <c>^</c> and spaces dropped, by component group
/// (PS3.4 C.2.2.2.1 lets an SCP ignore case, accents and group presence for PN).
/// </summary>
public static class NameKey
{
    /// <summary>Folds one component group, or a key with wild cards.</summary>
    public static string Fold(string group)
    {
        var text = group.AsSpan().Trim(' ').TrimEnd("^ ");
        if (Ascii.IsValid(text))
        {
            return string.Create(text.Length, text, static (span, source) => source.ToUpperInvariant(span));
        }

        var folded = new StringBuilder(text.Length);
        foreach (var c in TextForm.Apply(text.ToString(), NormalizationForm.FormD))
        {
            // Only the marks of alphabetic scripts that have an unmarked letter; Indic vowel signs carry meaning and stay.
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark && c is >= '\u0300' and <= '\u036F') continue;
            folded.Append(char.ToUpperInvariant(c));
        }

        return folded.ToString().Normalize(NormalizationForm.FormC);
    }

    /// <summary>
    /// What a stored name is found by: its groups that are not empty (alphabetic, ideographic, phonetic), and the form that a station sees
    /// whose character set lacks them; each folded.
    /// </summary>
    public static string[] Groups(string name)
    {
        var groups = Array.FindAll(Array.ConvertAll(name.Split('='), Fold), static g => g.Length > 0);
        return Shown(name) is { Length: > 0 } shown && !groups.Contains(shown, StringComparer.Ordinal) ? [.. groups, shown] : groups;
    }

    /// <summary>
    /// A folded key in the letters of <see cref="Shown"/>: of a shown name a station's set may have kept some letters. Null where there is
    /// none, as in other scripts than Latin, of which many names have the same letters.
    /// </summary>
    public static string? ForShown(string key)
    {
        if (Ascii.IsValid(key)) return key;
        if (key.AsSpan().ContainsAnyInRange('\u0250', '\u1DFF') || key.AsSpan().ContainsAnyInRange('\u1F00', '\uFFFF')) return null;
        var shown = SpecificCharacterSet.Default.Transliterate(key, VR.PN, out var loss);
        return loss.Replaced == 0 ? Fold(shown) : null;
    }

    /// <summary>The form in which answers in ASCII show a name, folded; null for a name that is ASCII.</summary>
    internal static string? Shown(string name) => Ascii.IsValid(name) || SpecificCharacterSet.Default.CanEncode(name, VR.PN)
        ? null
        : Fold(SpecificCharacterSet.Default.Transliterate(name, VR.PN, out _).Split('=')[0]);
}
