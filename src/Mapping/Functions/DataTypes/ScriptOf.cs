using System.Text;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>The writing system of a name, as far as the three groups of a DICOM person name care (PS3.5 6.2.1.1).</summary>
internal enum Script
{
    Latin,
    Kana,
    Han,
    Hangul,

    /// <summary>Devanagari and the other scripts of India (U+0900 to U+0DFF): no representation code of HL7 fits them.</summary>
    Indic,
    Other,
}

/// <summary>Finds the script of a text.</summary>
internal static class ScriptOf
{
    public static Script Name(NameParts name) => Text(string.Concat(name.Family, name.Given, name.Middle));

    /// <summary>
    /// Kana only when all letters are kana; Han, Hangul or Indic when any is; else Latin, or Other for further alphabets.
    /// </summary>
    public static Script Text(string text)
    {
        bool hasKana = false, hasLatin = false, hasOther = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var value = rune.Value;
            if (IsHan(value)) return Script.Han;
            if (IsHangul(value)) return Script.Hangul;
            if (value is >= 0x0900 and <= 0x0DFF) return Script.Indic;
            if (IsKana(value)) hasKana = true;
            else if (Rune.IsLetter(rune)) { if (value < 0x0250) hasLatin = true; else hasOther = true; }
        }
        if (hasKana && !hasLatin && !hasOther) return Script.Kana;
        return hasOther && !hasLatin ? Script.Other : Script.Latin;
    }

    private static bool IsHan(int value) =>
        value is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x323AF)
            or 0x3005;

    private static bool IsHangul(int value) => value is (>= 0xAC00 and <= 0xD7AF) or (>= 0x1100 and <= 0x11FF) or (>= 0x3130 and <= 0x318F);

    private static bool IsKana(int value) => value is (>= 0x3040 and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF) or (>= 0xFF65 and <= 0xFF9F);
}
