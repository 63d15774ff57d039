using System.Collections.Frozen;
using System.Globalization;

namespace CloudPacs.Dicom;

/// <summary>The data dictionary of PS3.6 and PS3.7, edition 2024d, loaded at first use.</summary>
public static class DicomDictionary
{
    private static readonly Lazy<Tables> Loaded = new(Load);
    private static readonly Lazy<FrozenDictionary<string, DictionaryEntry>> ByKeyword = new(() => Loaded.Value.Singles.Values
        .Concat(Loaded.Value.Repeating.Select(row => row.Entry))
        .Where(entry => entry.Keyword.Length > 0)
        .DistinctBy(entry => entry.Keyword)
        .ToFrozenDictionary(entry => entry.Keyword));

    public static bool TryGet(Tag tag, out DictionaryEntry entry)
    {
        var tables = Loaded.Value;
        if (tables.Singles.TryGetValue(tag.Value, out entry!)) return true;
        foreach (var row in tables.Repeating)
        {
            if ((tag.Value & row.Mask) != row.Entry.Tag.Value || tag.IsPrivate) continue;
            entry = row.Entry;
            return true;
        }

        return false;
    }

    /// <summary>Looks a keyword up, exact case; the element of a repeating group is found with group digits zero (6000 for 60xx).</summary>
    public static bool TryGet(string keyword, out DictionaryEntry entry) => ByKeyword.Value.TryGetValue(keyword, out entry!);

    /// <summary>The keyword of an attribute; its eight digits when the dictionary does not know it.</summary>
    public static string NameOf(Tag tag) => TryGet(tag, out var entry) && entry.Keyword.Length > 0 ? entry.Keyword : tag.ToString();

    /// <summary>
    /// The representation that implicit VR reading gives a tag (PS3.5 section 5, note): UN when nothing is known about it.
    /// </summary>
    public static VR VrOf(Tag tag)
    {
        if (tag.IsGroupLength) return VR.UL;
        if (tag.IsPrivate) return tag.IsPrivateCreator ? VR.LO : VR.UN;
        return TryGet(tag, out var entry) ? entry.VR : VR.UN;
    }

    private static Tables Load()
    {
        var singles = new Dictionary<uint, DictionaryEntry>(5500);
        var repeating = new List<(uint Mask, DictionaryEntry Entry)>(128);
        foreach (var row in CsvResource.Rows("dictionary.csv"))
        {
            if (!VrRules.TryParse(row[2].AsSpan(0, 2), out var vr)) continue; // the item delimiters have none
            if (row[2] == "OB or OW") vr = VR.OW; // PS3.5 A.1: implicit little endian uses OW
            var mask = uint.MaxValue;
            if (!uint.TryParse(row[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                (value, mask) = ParseRepeating(row[0]);
            var entry = new DictionaryEntry(new Tag(value), row[1], vr, row[3], row[4], row[5] == "Y")
            {
                Choices = row[2],
                DependsOnPixelRepresentation = row[2].StartsWith("US or SS", StringComparison.Ordinal),
            };
            if (mask == uint.MaxValue) singles[value] = entry;
            else repeating.Add((mask, entry));
        }

        return new Tables(singles, [.. repeating]);
    }

    /// <summary>A tag with x for the digits that vary: its value with those zero, and the digits that must agree.</summary>
    private static (uint Value, uint Mask) ParseRepeating(string digits)
    {
        uint value = 0, mask = 0;
        foreach (var digit in digits)
        {
            value <<= 4;
            mask <<= 4;
            if (digit == 'x') continue;
            value |= (uint)Convert.ToInt32(digit.ToString(), 16);
            mask |= 0xF;
        }

        return (value, mask);
    }

    private sealed record Tables(Dictionary<uint, DictionaryEntry> Singles, (uint Mask, DictionaryEntry Entry)[] Repeating);
}

/// <summary>One row of the data dictionary (PS3.6 chapters 6 to 9, PS3.7 annex E).</summary>
/// <param name="Tag">The tag; for repeating groups with the varying digits zero.</param>
/// <param name="Keyword">Keyword, empty for a few retired rows.</param>
/// <param name="VR">The representation; where the standard leaves a choice the first of it ("US or SS" is US), but OW for "OB or
/// OW".</param>
/// <param name="VM">Value multiplicity as written, such as 1-n.</param>
/// <param name="Name">Name in words.</param>
/// <param name="IsRetired">Still read, no longer to be written.</param>
public sealed record DictionaryEntry(Tag Tag, string Keyword, VR VR, string VM, string Name, bool IsRetired)
{
    /// <summary>US or SS according to Pixel Representation (0028,0103) of the same data set.</summary>
    internal bool DependsOnPixelRepresentation { get; init; }

    /// <summary>The representations as they are written, such as "US or SS".</summary>
    internal string Choices { get; init; } = "";

    /// <summary>Whether the attribute may have that representation.</summary>
    public bool Allows(VR vr) => vr == VR || Choices.Contains(vr.ToString(), StringComparison.Ordinal);
}
