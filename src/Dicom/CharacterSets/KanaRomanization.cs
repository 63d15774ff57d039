namespace CloudPacs.Dicom;

/// <summary>Hepburn romanisation of kana, long vowels as they are spelled.</summary>
internal static class KanaRomanization
{
    public static string? Read(string text, int index, out int taken)
    {
        taken = 1;
        var c = Katakana(text[index]);
        if (c == 'ッ')
        {
            var doubled = index + 1 < text.Length && Katakana(text[index + 1]) is >= 'ァ' and <= 'ヶ' and not 'ッ'
                ? Read(text, index + 1, out _)
                : null;
            return doubled is not { Length: > 0 }
                || "aiueo".Contains(doubled[0], StringComparison.Ordinal) ? "" : doubled[0] == 'c' ? "t" : doubled[..1];
        }

        if (!LetterTables.Kana.TryGetValue(c, out var letters)) return null;
        if (index + 1 >= text.Length) return letters;
        var next = Katakana(text[index + 1]);
        if (next is 'ャ' or 'ュ' or 'ョ' && letters.Length > 1 && letters[^1] == 'i')
        {
            taken = 2;
            var vowel = next switch { 'ャ' => "a", 'ュ' => "u", _ => "o" };
            return letters is "shi" or "chi" or "ji" ? letters[..^1] + vowel : letters[..^1] + "y" + vowel;
        }

        if (next is 'ァ' or 'ィ' or 'ゥ' or 'ェ' or 'ォ' && letters.Length > 1)
        {
            taken = 2; // foreign sounds: ファ is fa, ティ is ti
            var stem = letters == "u" ? "w" : letters[..^1];
            return stem + LetterTables.Kana[next];
        }

        return letters;
    }

    private static char Katakana(char c) => c is >= '\u3041' and <= '\u3096' ? (char)(c + 0x60) : c;
}
