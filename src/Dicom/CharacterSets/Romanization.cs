using System.Globalization;
using System.Text;

namespace CloudPacs.Dicom;

/// <summary>Latin letters for one place in a text of another script, by the tables in LetterTables and the rules of each script.</summary>
internal static class Romanization
{
    /// <summary>Letters for the characters at that index; null when no table has them.</summary>
    /// <param name="text">Composed text (NFKC).</param>
    /// <param name="index">Where to read.</param>
    /// <param name="taken">How many chars were read.</param>
    /// <param name="isCased">The script has capitals, which were kept.</param>
    public static string? Read(string text, int index, out int taken, out bool isCased)
    {
        var rune = Rune.GetRuneAt(text, index);
        taken = rune.Utf16SequenceLength;
        isCased = false;
        if (HanRomanization.IsHan(rune)) return HanRomanization.Read(rune);
        var c = text[index];
        if (c is >= '\u0900' and <= '\u0D7F') return IndicRomanization.Read(text, index, out taken);
        if (c is >= '\u3041' and <= '\u30FF') return KanaRomanization.Read(text, index, out taken);
        if (c is >= '\uAC00' and <= '\uD7A3') return Hangul(c);
        if (CharUnicodeInfo.GetDecimalDigitValue(c) is >= 0 and var digit) return digit.ToString(CultureInfo.InvariantCulture);
        if (c is >= '\u0E01' and <= '\u0E4E') return Thai(text, index, out taken);
        if (LetterTables.Caseless.TryGetValue(c, out var letters)) return letters;

        var lower = char.ToLowerInvariant(c);
        if (!LetterTables.Cased.TryGetValue(lower, out letters)) return null;
        isCased = true;
        if (lower == 'υ' && index > 0 && text[index - 1] is 'ο' or 'Ο') letters = "u"; // the Greek digraph
        if (c == lower || letters.Length == 0) return letters;
        var isCapitals = (index + 1 < text.Length && char.IsUpper(text[index + 1])) || (index > 0 && char.IsUpper(text[index - 1]));
        return isCapitals ? letters.ToUpperInvariant() : char.ToUpperInvariant(letters[0]) + letters[1..];
    }

    /// <summary>
    /// Syllables are lead, vowel and tail by arithmetic (Unicode 3.12); letters by the revised romanisation of 2000, without sound changes.
    /// </summary>
    private static string Hangul(char syllable)
    {
        var number = syllable - 0xAC00;
        return LetterTables.HangulLeads[number / 588] + LetterTables.HangulVowels[number / 28 % 21] + LetterTables.HangulTails[number % 28];
    }

    /// <summary>Vowels written before their consonant are said after it.</summary>
    private static string? Thai(string text, int index, out int taken)
    {
        taken = 1;
        var c = text[index];
        if (index + 1 < text.Length)
        {
            var next = text[index + 1];
            if (c == '\u0E4D' && next == '\u0E32')
            {
                taken = 2;
                return "am";
            }

            if (next == '\u0E4C')
            {
                taken = 2;
                return ""; // a silenced letter
            }

            if (c is >= '\u0E40' and <= '\u0E44' && next is >= '\u0E01' and <= '\u0E2E')
            {
                taken = 2;
                return LetterTables.Caseless[next] + LetterTables.Caseless[c];
            }
        }

        return LetterTables.Caseless.GetValueOrDefault(c);
    }
}
