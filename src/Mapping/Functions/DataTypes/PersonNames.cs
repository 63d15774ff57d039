using System.Buffers;
using CloudPacs.Dicom;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>
/// Chooses among the repetitions of a name and assigns them to the groups of a DICOM person name (PS3.5 6.2.1). Prefix and suffix stand in
/// the reverse order of HL7. What is too long is cut where the name is written.
/// </summary>
internal static class PersonNames
{
    private static readonly string[] TypesThatAreNoName = ["S", "N", "A", "BAD", "NOUSE"];

    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,-'^");

    /// <summary>
    /// As <see cref="Assemble"/>, for the usual name: one writing, nothing to choose, to take apart or to clean; null for any other.
    /// </summary>
    public static string? AssemblePlain(NameParts name, string splitPolicy)
    {
        if (!name.HasName || name.Representation is not (null or "A")
            || (name.Type is { } type && TypesThatAreNoName.Contains(type, StringComparer.Ordinal))) return null;
        if (splitPolicy != "keep" && name is { Given: null, Middle: null }) return null;
        var text =
            $"{name.Family}^{name.Given}^{name.Middle}^{name.Prefix}^{(name.Suffixes.Count == 1 ? name.Suffixes[0] : null)}".TrimEnd('^');
        return name.Suffixes.Count < 2 && !text.AsSpan().ContainsAnyExcept(Plain) && text.AsSpan().Count('^') < 5 ? text : null;
    }

    public static PersonName Assemble(IReadOnlyList<NameParts> repetitions, string splitPolicy, bool detectScript)
    {
        var (alphabetic, ideographic, phonetic) = Choose(repetitions, detectScript);
        return new PersonName(Group(alphabetic, splitPolicy), Group(ideographic, splitPolicy), Group(phonetic, splitPolicy)).Clean();
    }

    /// <summary>
    /// The three representations of the name to show: legal name ?? untyped ?? display name ?? the first that is no pseudonym, nickname,
    /// alias or bad name.
    /// </summary>
    public static (NameParts? Alphabetic, NameParts? Ideographic, NameParts? Phonetic) Choose(IReadOnlyList<NameParts> repetitions,
        bool detectScript)
    {
        var group = GroupToShow(repetitions);
        return Place(group, detectScript && group.TrueForAll(name => name.Representation is null));
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

    private static (NameParts?, NameParts?, NameParts?) Place(List<NameParts> group, bool byScript)
    {
        NameParts? alphabetic = null, ideographic = null, phonetic = null;
        foreach (var name in group)
        {
            switch (byScript ? FromScript(name) : name.Representation)
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

    private static PersonNameGroup Group(NameParts? name, string splitPolicy)
    {
        if (name is null) return PersonNameGroup.Empty;
        var parts = name.Split(splitPolicy);
        return new PersonNameGroup(parts.Family ?? "", parts.Given ?? "", parts.Middle ?? "", parts.Prefix ?? "",
            string.Join(' ', parts.Suffixes));
    }
}
