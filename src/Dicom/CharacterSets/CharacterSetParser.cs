using System.Collections.Frozen;

namespace CloudPacs.Dicom;

/// <summary>Turns the defined terms of PS3.3 C.12.1.1.2 into a character set.</summary>
internal static class CharacterSetParser
{
    private static readonly string[] SingleNumbers =
        ["6", "100", "101", "109", "110", "144", "127", "126", "138", "148", "203", "166", "13"];
    private static readonly FrozenDictionary<string, SpecificCharacterSet> Singles = BuildSingles();

    public static SpecificCharacterSet? Single(string term) => Singles.GetValueOrDefault(term);

    public static SpecificCharacterSet Parse(IReadOnlyList<string> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        if (terms.Count == 0 || (terms.Count == 1 && terms[0].Length == 0)) return Singles["ISO_IR 6"];
        if (terms.Count == 1 && Singles.TryGetValue(terms[0], out var known)) return known;

        string? unknown = null;
        var names = new List<string>();
        foreach (var term in terms)
        {
            var name = Normalize(term);
            if (name == null) unknown ??= term;
            else names.Add(name);
        }

        if (names.Count == 0) return new SpecificCharacterSet(Codec(["6"]), [], unknown);
        // ISO_IR 192, GB18030 and GBK stand alone; met among others, what the text is in can only be told from the first.
        if (!char.IsAsciiDigit(names[0][0]))
            return unknown == null ? Singles[names[0]] : Singles[names[0]].WithUnknown(unknown);
        var numbers = names.Where(name => char.IsAsciiDigit(name[0])).Distinct().ToList();
        if (numbers.Count == 1 && SingleNumbers.Contains(numbers[0]) && !terms[0].Contains("2022", StringComparison.Ordinal))
            return unknown == null ? Singles["ISO_IR " + numbers[0]] : Singles["ISO_IR " + numbers[0]].WithUnknown(unknown);

        // A two-byte set cannot be value 1 (PS3.3 C.12.1.1.2): ASCII was meant to be.
        if (!SingleNumbers.Contains(numbers[0])) numbers.Insert(0, "6");
        string[] written =
            [numbers[0] == "6" ? "" : "ISO 2022 IR " + numbers[0], .. numbers.Skip(1).Select(number => "ISO 2022 IR " + number)];
        return new SpecificCharacterSet(Codec(numbers), written is [""] ? [] : written, unknown);
    }

    /// <summary>The number of an ISO registration, or the name of a set that stands alone; null when unknown.</summary>
    private static string? Normalize(string term)
    {
        var letters = string.Concat(term.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        switch (letters)
        {
            case "": return "6";
            case "ISOIR192" or "ISO2022IR192" or "UTF8": return "ISO_IR 192";
            case "GB18030" or "ISO2022GB18030": return "GB18030";
            case "GBK" or "ISO2022GBK": return "GBK";
        }

        var number = letters.StartsWith("ISO2022IR", StringComparison.Ordinal) ? letters[9..]
            : letters.StartsWith("ISOIR", StringComparison.Ordinal) ? letters[5..] : "";
        return GraphicSets.Find(number) == (null, null) ? null : number;
    }

    private static Iso2022Codec Codec(List<string> numbers)
    {
        var (g0, g1) = GraphicSets.Find(numbers[0]);
        var sets = new List<GraphicSet>();
        foreach (var number in numbers)
        {
            var (low, high) = GraphicSets.Find(number);
            if (low != null) sets.Add(low);
            if (high != null) sets.Add(high);
        }

        return new Iso2022Codec(g0 ?? GraphicSets.Ascii, g1, [.. sets.Distinct()], numbers.Count > 1);
    }

    private static FrozenDictionary<string, SpecificCharacterSet> BuildSingles()
    {
        var singles = new Dictionary<string, SpecificCharacterSet>
        {
            ["ISO_IR 192"] = new(WholeCodec.Utf8(), ["ISO_IR 192"]),
            ["GB18030"] = new(WholeCodec.Gb18030(), ["GB18030"]),
            ["GBK"] = new(WholeCodec.Gbk(), ["GBK"]),
        };
        foreach (var number in SingleNumbers)
            singles["ISO_IR " + number] = new SpecificCharacterSet(Codec([number]), number == "6" ? [] : ["ISO_IR " + number]);
        return singles.ToFrozenDictionary();
    }
}
