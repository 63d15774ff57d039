namespace CloudPacs.Dicom;

/// <summary>
/// The nine main Indian scripts share the layout of ISCII: one table of offsets serves all. A consonant carries the vowel a unless a vowel
/// sign or the virama follows; in the northern scripts it is not said at the end of a word after a single consonant (Aarav, but Mitra).
/// </summary>
internal static class IndicRomanization
{
    private const int Nukta = 0x3C, Virama = 0x4D;
    private const int Devanagari = 0x0900, Gujarati = 0x0A80, Gurmukhi = 0x0A00, Bengali = 0x0980, Tamil = 0x0B80, Malayalam = 0x0D00;

    public static string? Read(string text, int index, out int taken)
    {
        taken = 1;
        var block = text[index] & ~0x7F;
        var offset = text[index] & 0x7F;
        if (offset is >= 0x66 and <= 0x6F) return ((char)('0' + offset - 0x66)).ToString();
        if (Special(text[index]) is { } special) return special;
        if (offset is 0x64 or 0x65) return ".";
        if (offset == 0x02 && At(text, index + 1, block) is >= 0x2A and <= 0x2E) return "m"; // anusvara before a labial
        if (offset is < 0x15 or > 0x39) return LetterTables.IndicVowels.GetValueOrDefault(offset);

        var letters = LetterTables.IndicConsonants[offset - 0x15];
        if (At(text, index + taken, block) == Nukta)
        {
            taken++;
            letters = LetterTables.IndicNukta.GetValueOrDefault(offset, letters);
        }

        var next = At(text, index + taken, block);
        if (block == Tamil) letters = TamilSound(text, index, next, offset, letters);
        else if (block == Malayalam && offset == 0x24) letters = "th";
        if (next == Virama)
        {
            taken++;
            return letters;
        }

        return IsVowelSign(next) || IsSilentEnd(text, index, index + taken, block) ? letters : letters + "a";
    }

    private static bool IsVowelSign(int offset) => offset is (>= 0x3E and <= 0x4C) or 0x55 or 0x56 or 0x57 or 0x62 or 0x63;

    private static bool IsSilentEnd(string text, int start, int next, int block)
    {
        if (block is not (Devanagari or Gujarati or Gurmukhi or Bengali)) return false;
        if (At(text, next, block) >= 0 || start == 0) return false;
        var before = At(text, start - 1, block);
        return before >= 0 && before != Virama;
    }

    /// <summary>Tamil writes k, t and ch for the voiced sounds too: between vowels they are g, d and s.</summary>
    private static string TamilSound(string text, int index, int next, int offset, string letters)
    {
        if (offset == 0x24) return "th";
        var before = At(text, index - 1, Tamil);
        if (before is < 0 or Virama || next == Virama) return letters;
        return offset switch { 0x15 => "g", 0x1F => "d", 0x1A => "s", _ => letters };
    }

    private static int At(string text, int index, int block) =>
        index >= 0 && index < text.Length && (text[index] & ~0x7F) == block ? text[index] & 0x7F : -1;

    private static string? Special(char c) => c switch
    {
        '\u09CE' => "t",
        '\u09F0' => "r",
        '\u09F1' => "v",
        '\u0A70' => "n",
        '\u0A71' => "",
        '\u0D7A' or '\u0D7B' => "n",
        '\u0D7C' => "r",
        '\u0D7D' or '\u0D7E' => "l",
        '\u0D7F' => "k",
        _ => null,
    };
}
