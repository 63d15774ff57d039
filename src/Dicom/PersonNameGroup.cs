namespace CloudPacs.Dicom;

/// <summary>One component group of a PN (PS3.5 6.2.1): the same name in one script.</summary>
public sealed record PersonNameGroup(string Family = "", string Given = "", string Middle = "", string Prefix = "", string Suffix = "")
{
    public static PersonNameGroup Empty { get; } = new();

    public bool IsEmpty => this == Empty;

    /// <summary>Components by ^; a sixth and further ones are joined to the suffix by a space, so that nothing is lost.</summary>
    public static PersonNameGroup Parse(string text)
    {
        var parts = text.Split('^');
        string Part(int index) => index < parts.Length ? parts[index].Trim(' ') : "";
        var suffix = parts.Length <= 5
            ? Part(4)
            : string.Join(' ', parts.Skip(4).Select(part => part.Trim(' ')).Where(part => part.Length > 0));
        return new PersonNameGroup(Part(0), Part(1), Part(2), Part(3), suffix);
    }

    /// <summary>Components with ^ between, without trailing ones.</summary>
    public override string ToString() => $"{Family}^{Given}^{Middle}^{Prefix}^{Suffix}".TrimEnd('^');

    /// <summary>Characters that delimiters are made of become spaces, control characters go.</summary>
    internal PersonNameGroup Clean() => new(Clean(Family), Clean(Given), Clean(Middle), Clean(Prefix), Clean(Suffix));

    /// <summary>Makes the group fit: suffix, prefix and middle names go first, then the given and then the family name is cut.</summary>
    internal PersonNameGroup Fit(int max, ref bool wasCut)
    {
        if (Length <= max) return this;
        wasCut = true;
        var group = this with { Suffix = "" };
        if (group.Length > max) group = group with { Prefix = "" };
        if (group.Length > max) group = group with { Middle = "" };
        if (group.Length > max)
            group = group with { Given = VrRules.Cut(group.Given, Math.Max(0, max - 1 - VrRules.CountCharacters(group.Family))) };
        if (group.Length > max) group = group with { Family = VrRules.Cut(group.Family, max) };
        return group;
    }

    private int Length => VrRules.CountCharacters(ToString());

    private static string Clean(string component) =>
        VrRules.Clean(component.Replace('^', ' ').Replace('=', ' ').Replace('\\', ' '), VR.PN);
}
