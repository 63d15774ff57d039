using System.Text;

namespace CloudPacs.Dicom;

/// <summary>
/// Mandarin readings of Han characters without tones (pinyin.csv, loaded at first use). They tell one name from another; how a Japanese or
/// Korean name is said only a phonetic group can tell.
/// </summary>
internal static class HanRomanization
{
    private static readonly Lazy<Dictionary<Rune, string>> Readings = new(static () =>
        CsvResource.Rows("pinyin.csv").SelectMany(static row => row[1].EnumerateRunes().Select(rune => (rune, row[0]))).ToDictionary());

    /// <summary>Whether the character may have a reading.</summary>
    public static bool IsHan(Rune rune) => rune.Value is 0x3007 or (>= 0x3400 and <= 0x9FFF) or (>= 0x20000 and <= 0x3FFFF);

    /// <summary>Null when it has none.</summary>
    public static string? Read(Rune rune) => IsHan(rune) ? Readings.Value.GetValueOrDefault(rune) : null;
}
