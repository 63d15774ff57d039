using System.Globalization;
using System.Text;

namespace CloudPacs.Dicom;

/// <summary>
/// Writes text with the letters of a poorer character set: other forms of the same character, then base letters without marks, then
/// romanisation by script. What no table knows, such as pictures, becomes a question mark, which is counted.
/// </summary>
public static class Transliteration
{
    /// <summary>
    /// The text with every character that the set lacks written otherwise. Never adds a delimiter (\ ^ =) that was not there.
    /// </summary>
    /// <param name="text">One value, or one component group of a name.</param>
    /// <param name="contains">Whether the set has a character; it must have the letters, digits and the question mark of ASCII.</param>
    /// <param name="loss">Counts what was changed.</param>
    public static string Apply(string text, Func<Rune, bool> contains, ref TextLoss loss)
    {
        var result = new StringBuilder(text.Length + 8);
        var run = new StringBuilder();
        var composed = TextForm.Apply(text, NormalizationForm.FormC);
        for (var i = 0; i < composed.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(composed.AsSpan(i));
            var element = composed.AsSpan(i, length);
            i += length;
            if (!All(element, contains))
            {
                run.Append(element);
                continue;
            }

            AppendRun(run, contains, result, ref loss);
            result.Append(element);
        }

        AppendRun(run, contains, result, ref loss);
        return result.ToString();
    }

    private static void AppendRun(StringBuilder run, Func<Rune, bool> contains, StringBuilder result, ref TextLoss loss)
    {
        if (run.Length == 0) return;
        var source = run.ToString();
        run.Clear();
        var text = new StringBuilder(source.Length);
        foreach (var rune in source.EnumerateRunes())
        {
            // Before compatibility forms: those turn the micro sign into a Greek letter and drop line-breaking meaning.
            if (rune.IsBmp && LetterTables.Signs.TryGetValue((char)rune.Value, out var sign) && !contains(rune)) text.Append(sign);
            else if (!IsInvisible(rune)) text.Append(rune.ToString());
        }

        // Half-width katakana has full-width forms, ligatures have letters: the same characters for the reader.
        var folded = TextForm.Apply(text.ToString(), NormalizationForm.FormKC);
        var changed = 0;
        var lost = 0;
        for (var i = 0; i < folded.Length;)
        {
            var rune = Rune.GetRuneAt(folded, i);
            if (contains(rune) && !IsMark(rune))
            {
                AppendSafe(rune.ToString(), result);
                i += rune.Utf16SequenceLength;
                changed++;
                continue;
            }

            var written = Romanization.Read(folded, i, out var taken, out var isCased);
            if (written is { Length: > 0 } && !isCased && IsWordStart(result)) written = char.ToUpperInvariant(written[0]) + written[1..];
            written ??= BaseLetters(rune, contains, ref taken);
            i += taken;
            if (written != null)
            {
                AppendSafe(written, result);
                changed++;
            }
            else
            {
                result.Append('?');
                lost++;
            }
        }

        loss += new TextLoss(changed, lost);
    }

    /// <summary>Scripts without capitals give names; a name begins with one.</summary>
    private static bool IsWordStart(StringBuilder result) => result.Length == 0 || !char.IsLetterOrDigit(result[^1]);

    private static string? BaseLetters(Rune rune, Func<Rune, bool> contains, ref int taken)
    {
        taken = rune.Utf16SequenceLength;
        if (IsMark(rune)) return "";
        var letters = new StringBuilder();
        foreach (var part in TextForm.Apply(rune.ToString(), NormalizationForm.FormKD).EnumerateRunes())
        {
            if (IsMark(part)) continue;
            if (contains(part)) letters.Append(part.ToString());
            else if (part != rune && Romanization.Read(part.ToString(), 0, out _, out _) is { } written) letters.Append(written);
            else return null;
        }

        return letters.Length > 0 ? letters.ToString() : null;
    }

    private static void AppendSafe(string text, StringBuilder result)
    {
        foreach (var c in text)
        {
            if (c == '\\') result.Append('/');
            else if (c is '^' or '=') result.Append('-');
            else if (!char.IsControl(c)) result.Append(c);
        }
    }

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(
            rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>Joiners, direction marks, variation selectors.</summary>
    private static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format || rune.Value is >= 0xFE00 and <= 0xFE0F;

    private static bool All(ReadOnlySpan<char> text, Func<Rune, bool> contains)
    {
        foreach (var rune in text.EnumerateRunes())
            if (!contains(rune)) return false;
        return true;
    }
}
