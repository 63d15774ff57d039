using CloudPacs.Hl7v2;

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

    public static NameParts Read(Element name, NameForm form) => form switch
    {
        NameForm.Xpn => new NameParts
        {
            Family = Part(name, 1),
            Given = Part(name, 2),
            Middle = Part(name, 3),
            Suffixes = Present(Part(name, 4), Part(name, 6), Part(name, 14)),
            Prefix = Part(name, 5),
            Type = Part(name, 7)?.ToUpperInvariant(),
            Representation = Part(name, 8)?.ToUpperInvariant(),
        },
        NameForm.Xcn => new NameParts
        {
            Id = Part(name, 1),
            Family = Part(name, 2),
            Given = Part(name, 3),
            Middle = Part(name, 4),
            Suffixes = Present(Part(name, 5), Part(name, 7), Part(name, 21)),
            Prefix = Part(name, 6),
            Type = Part(name, 10)?.ToUpperInvariant(),
            Representation = Part(name, 15)?.ToUpperInvariant(),
        },
        _ => new NameParts
        {
            Id = SubPart(name, 1),
            Family = SubPart(name, 2),
            Given = SubPart(name, 3),
            Middle = SubPart(name, 4),
            Suffixes = Present(SubPart(name, 5), SubPart(name, 7)),
            Prefix = SubPart(name, 6),
        },
    };

    /// <summary>
    /// Takes a name that stands whole in one component apart by the sender's <c>nameSplit</c> policy (keep, lastIsFamily, firstIsFamily,
    /// commaIsFamily). Names that already have parts stay as they are.
    /// </summary>
    public NameParts Split(string policy)
    {
        if (Family is null || Given is not null || Middle is not null) return this;
        if (policy == "commaIsFamily")
        {
            var comma = Family.IndexOf(',', StringComparison.Ordinal);
            return comma <= 0 ? this : WithGiven(Family[..comma].Trim(), Words(Family[(comma + 1)..]));
        }
        var words = Words(Family);
        if (words.Length < 2) return this;
        return policy switch
        {
            "lastIsFamily" => WithGiven(words[^1], words[..^1]),
            "firstIsFamily" => WithGiven(words[0], words[1..]),
            _ => this,
        };
    }

    private NameParts WithGiven(string family, string[] given) => this with
    {
        Family = family,
        Given = given.Length > 0 ? given[0] : null,
        Middle = given.Length > 1 ? string.Join(' ', given[1..]) : null,
    };

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string? Part(Element name, int component) => ElementText.Value(name.Component(component));

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
