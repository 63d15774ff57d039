using System.Text;

namespace CloudPacs.Integration.Mapping.Functions;

/// <summary>A DICOM person name and whether one of its groups had to be shortened.</summary>
internal readonly record struct PersonNameText(string? Text, bool IsCut);

/// <summary>
/// Chooses among the repetitions of a name and writes <c>alphabetic=ideographic=phonetic</c> (DICOM PS3.5 6.2.1). The order of prefix and
/// suffix in a DICOM name is the reverse of that in HL7.
/// </summary>
internal static class PersonNames
{
    /// <summary>Characters in one group (PS3.5 table 6.2-1).</summary>
    public const int GroupLimit = 64;

    private static readonly string[] TypesThatAreNoName = ["S", "N", "A", "BAD", "NOUSE"];

    public static PersonNameText Assemble(IReadOnlyList<NameParts> repetitions, string splitPolicy, bool detectScript)
    {
        var (alphabetic, ideographic, phonetic) = Choose(repetitions, detectScript);
        var isCut = false;
        var text = string.Join('=',
            Group(alphabetic?.Split(splitPolicy), ref isCut), Group(ideographic?.Split(splitPolicy), ref isCut), Group(phonetic?.Split(splitPolicy), ref isCut));
        text = text.TrimEnd('=');
        return new PersonNameText(text.Length == 0 ? null : text, isCut);
    }

    /// <summary>
    /// The three representations of the name to show: legal name ?? untyped ?? display name ?? the first that is no pseudonym, nickname,
    /// alias or bad name.
    /// </summary>
    public static (NameParts? Alphabetic, NameParts? Ideographic, NameParts? Phonetic) Choose(IReadOnlyList<NameParts> repetitions, bool detectScript)
    {
        var group = GroupToShow(repetitions);
        if (group.Count <= 1 && !detectScript) return Place(group, _ => null);

        var noneCoded = group.TrueForAll(name => name.Representation is null);
        if (noneCoded && detectScript) return Place(group, FromScript);
        return Place(group, _ => null);
    }

    private static List<NameParts> GroupToShow(IReadOnlyList<NameParts> repetitions)
    {
        foreach (var type in (ReadOnlySpan<string?>)["L", null, "D"])
        {
            var group = OfType(repetitions, type);
            if (group.Count > 0) return group;
        }
        foreach (var name in repetitions)
            if (name.HasName && !TypesThatAreNoName.Contains(name.Type, StringComparer.Ordinal)) return OfType(repetitions, name.Type);
        return [];
    }

    private static List<NameParts> OfType(IReadOnlyList<NameParts> repetitions, string? type)
    {
        List<NameParts> group = [];
        foreach (var name in repetitions)
            if (name.HasName && name.Type == type) group.Add(name);
        return group;
    }

    private static (NameParts?, NameParts?, NameParts?) Place(List<NameParts> group, Func<NameParts, string?> representationOf)
    {
        NameParts? alphabetic = null, ideographic = null, phonetic = null;
        foreach (var name in group)
        {
            switch (name.Representation ?? representationOf(name))
            {
                case "I": ideographic ??= name; break;
                case "P": phonetic ??= name; break;
                default:
                    // Two alphabetic writings of one name, one of them in an Indian script: the Latin one leads, the other follows it.
                    if (alphabetic is null) alphabetic = name;
                    else if (IsIndic(alphabetic) && !IsIndic(name)) (alphabetic, ideographic) = (name, ideographic ?? alphabetic);
                    else if (IsIndic(name)) ideographic ??= name;
                    break;
            }
        }
        return (alphabetic, ideographic, phonetic);
    }

    private static bool IsIndic(NameParts name) => ScriptOf.Name(name) == Script.Indic;

    private static string? FromScript(NameParts name) => ScriptOf.Name(name) switch
    {
        Script.Kana => "P",
        Script.Han or Script.Hangul => "I",
        _ => null,
    };

    private static string Group(NameParts? name, ref bool isCut)
    {
        if (name is null) return "";
        var parts = new[]
        {
            Clean(name.Family), Clean(name.Given), Clean(name.Middle), Clean(name.Prefix), Clean(string.Join(' ', name.Suffixes)),
        };
        if (Length(parts) > GroupLimit)
        {
            isCut = true;
            Shorten(parts);
        }
        return string.Join('^', parts).TrimEnd('^');
    }

    /// <summary>What can be spared goes first: suffix, prefix, middle name; then the given name is cut, then the family name.</summary>
    private static void Shorten(string[] parts)
    {
        foreach (var index in (ReadOnlySpan<int>)[4, 3, 2])
        {
            parts[index] = "";
            if (Length(parts) <= GroupLimit) return;
        }
        foreach (var index in (ReadOnlySpan<int>)[1, 0])
        {
            var room = TextLimit.Length(parts[index]) - (Length(parts) - GroupLimit);
            parts[index] = TextLimit.Cut(parts[index], Math.Max(room, 0));
            if (Length(parts) <= GroupLimit) return;
        }
    }

    private static int Length(string[] parts)
    {
        var last = parts.Length;
        while (last > 0 && parts[last - 1].Length == 0) last--;
        var length = Math.Max(last - 1, 0);
        for (var i = 0; i < last; i++) length += TextLimit.Length(parts[i]);
        return length;
    }

    /// <summary>Delimiters of a DICOM name and control characters become spaces; runs of spaces become one.</summary>
    private static string Clean(string? part)
    {
        if (string.IsNullOrEmpty(part)) return "";
        var isClean = true;
        for (var i = 0; i < part.Length && isClean; i++) isClean = !IsForbidden(part[i]) && !(part[i] == ' ' && i > 0 && part[i - 1] == ' ');
        if (isClean) return part.Trim();
        var text = new StringBuilder(part.Length);
        foreach (var c in part)
        {
            var kept = IsForbidden(c) ? ' ' : c;
            if (kept != ' ' || (text.Length > 0 && text[^1] != ' ')) text.Append(kept);
        }
        return text.ToString().TrimEnd();
    }

    private static bool IsForbidden(char c) => c is '^' or '=' or '\\' || char.IsControl(c);
}
