using System.Buffers;
using CloudPacs.Dicom;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>
/// Chooses among the repetitions of a name and assigns them to the groups of a DICOM person name (PS3.5 6.2.1). Prefix and suffix stand in
/// the reverse order of HL7. What is too long is cut where the name is written.
/// </summary>
internal static class PersonNames
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,-'^");

    /// <summary>
    /// As <see cref="Assemble"/>, for the usual name: one writing, nothing to choose, to take apart or to clean; null for any other.
    /// </summary>
    public static string? AssemblePlain(NameParts name, string splitPolicy)
    {
        if (!name.HasName || name.Representation is not (null or "A")
            || IsNoName(name.Type) || name.Suffixes.Count > 1) return null;
        if (splitPolicy != "keep" && name is { Given: null, Middle: null }) return null;
        var room = new NameText(stackalloc char[64]);
        var fits = room.Add(name.Family) && room.Add(name.Given) && room.Add(name.Middle) && room.Add(name.Prefix)
            && room.Add(name.Suffixes.Count == 1 ? name.Suffixes[0] : null);
        var text = room.Text.TrimEnd('^');
        return fits && !text.ContainsAnyExcept(Plain) && text.Count('^') < 5 ? text.ToString() : null;
    }

    /// <summary>Whether the type says that this is a pseudonym, nickname, alias or bad name.</summary>
    private static bool IsNoName(string? type) => type is "S" or "N" or "A" or "BAD" or "NOUSE";

    public static PersonName Assemble(
        IReadOnlyList<NameParts> repetitions, string splitPolicy, bool detectScript, MapTable? titles = null)
    {
        var (alphabetic, ideographic, phonetic) = Choose(repetitions, detectScript);
        return new PersonName(
            Group(alphabetic, splitPolicy, titles), Group(ideographic, splitPolicy, titles), Group(phonetic, splitPolicy, titles)).Clean();
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
            if (name.HasName && !IsNoName(name.Type)) return OfType(repetitions, name.Type);
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

    private static PersonNameGroup Group(NameParts? name, string splitPolicy, MapTable? titles)
    {
        if (name is null) return PersonNameGroup.Empty;
        var parts = name.Split(splitPolicy, titles);
        return new PersonNameGroup(parts.Family ?? "", parts.Given ?? "", parts.Middle ?? "", parts.Prefix ?? "",
            string.Join(' ', parts.Suffixes));
    }

    /// <summary>Components of a name in the making, in little room: a longer name goes the long way.</summary>
    private ref struct NameText(Span<char> room)
    {
        private readonly Span<char> _room = room;
        private int _length;
        private bool _isOpen;

        public readonly ReadOnlySpan<char> Text => _room[.._length];

        /// <summary>The next component; false when there is no room for it.</summary>
        public bool Add(string? component)
        {
            var length = component?.Length ?? 0;
            if (_length + length + 1 > _room.Length) return false;
            if (_isOpen) _room[_length++] = '^';
            _isOpen = true;
            component.AsSpan().CopyTo(_room[_length..]);
            _length += length;
            return true;
        }
    }
}
