using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>Where the parts of a person's name stand (HL7 v2.5.1 2.A.89 XPN, 2.A.88 XCN, 2.A.9 CNN).</summary>
internal enum NameForm
{
    /// <summary>Family name first, in components.</summary>
    Xpn,

    /// <summary>Identifier first, in components.</summary>
    Xcn,

    /// <summary>Identifier first, in sub-components (the first component of NDL).</summary>
    Cnn,
}

/// <summary>One repetition of a person's name, unescaped; parts without a value are null.</summary>
internal sealed record NameParts
{
    public string? Id { get; init; }

    public string? Family { get; init; }

    public string? Given { get; init; }

    public string? Middle { get; init; }

    public string? Prefix { get; init; }

    /// <summary>Generation suffix, degree and professional suffix, in that order.</summary>
    public IReadOnlyList<string> Suffixes { get; init; } = [];

    /// <summary>Name type code of table 0200 in upper case, or null.</summary>
    public string? Type { get; init; }

    /// <summary>Representation code of table 0465 in upper case (A, I, P), or null.</summary>
    public string? Representation { get; init; }

    public bool HasName => Family is not null || Given is not null || Middle is not null;

    /// <summary>A DICOM person name cannot hold it.</summary>
    public bool HasBackslash => Has(Family) || Has(Given) || Has(Middle) || Has(Prefix) || Suffixes.Any(Has);

    public static NameParts Read(Element name, NameForm form) => form switch
    {
        NameForm.Xpn => ReadXpn(new ElementComponents(name)),
        NameForm.Xcn => ReadXcn(new ElementComponents(name)),
        _ => ReadSubComponents(name),
    };

    private static bool Has(string? part) => part?.Contains('\\', StringComparison.Ordinal) == true;

    private static NameParts ReadXpn(in ElementComponents parts) => new()
    {
        Family = parts.Text(1),
        Given = parts.Text(2),
        Middle = parts.Text(3),
        Suffixes = Present(parts.Text(4), parts.Text(6), parts.Text(14)),
        Prefix = parts.Text(5),
        Type = parts.Text(7)?.ToUpperInvariant(),
        Representation = parts.Text(8)?.ToUpperInvariant(),
    };

    /// <summary>A name in components, the identifier first.</summary>
    /// <summary>A name in components, the identifier first.</summary>
    public static NameParts ReadXcn(in ElementComponents parts) => new()
    {
        Id = parts.Text(1),
        Family = parts.Text(2),
        Given = parts.Text(3),
        Middle = parts.Text(4),
        Suffixes = Present(parts.Text(5), parts.Text(7), parts.Text(21)),
        Prefix = parts.Text(6),
        Type = parts.Text(10)?.ToUpperInvariant(),
        Representation = parts.Text(15)?.ToUpperInvariant(),
    };

    private static NameParts ReadSubComponents(Element name) => new()
    {
        Id = SubPart(name, 1),
        Family = SubPart(name, 2),
        Given = SubPart(name, 3),
        Middle = SubPart(name, 4),
        Suffixes = Present(SubPart(name, 5), SubPart(name, 7)),
        Prefix = SubPart(name, 6),
    };

    /// <summary>
    /// Takes a name that stands whole in one component apart by the sender's <c>nameSplit</c> policy (keep, lastIsFamily, firstIsFamily,
    /// commaIsFamily). Names that already have parts stay as they are.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="titles">What stands before or behind names and is none (table <c>name_title</c>); null for nothing.</param>
    public NameParts Split(string policy, MapTable? titles)
    {
        if (policy == "keep" || Family is null || Given is not null || Middle is not null) return this;
        var comma = policy == "commaIsFamily" ? Family.IndexOf(',', StringComparison.Ordinal) : 0;
        if (comma < 0 || (comma == 0 && policy == "commaIsFamily")) return this;
        var name = new TitledWords(titles);
        var given = comma > 0 ? name.Take(Family[(comma + 1)..]) : [];
        var words = name.Take(comma > 0 ? Family[..comma] : Family);
        // A title alone is all that there is of the name.
        if (words.Length == 0) return this;
        var titled = this with
        {
            Prefix = name.Before(Prefix),
            Suffixes = name.Behind.Count == 0 ? Suffixes : [.. Suffixes, .. name.Behind],
        };
        return policy switch
        {
            "commaIsFamily" => titled.WithGiven(string.Join(' ', words), given),
            "lastIsFamily" => titled.WithGiven(words[^1], words[..^1]),
            _ => titled.WithGiven(words[0], words[1..]),
        };
    }

    private NameParts WithGiven(string family, string[] given) => this with
    {
        Family = family,
        Given = given.Length > 0 ? given[0] : null,
        Middle = given.Length > 1 ? string.Join(' ', given[1..]) : null,
    };

    private static string? SubPart(Element name, int subComponent) => ElementText.Value(name.SubComponent(subComponent));

    private static string[] Present(params ReadOnlySpan<string?> texts)
    {
        var count = 0;
        foreach (var text in texts) if (text is not null) count++;
        if (count == 0) return [];
        var present = new string[count];
        count = 0;
        foreach (var text in texts) if (text is not null) present[count++] = text;
        return present;
    }
}
