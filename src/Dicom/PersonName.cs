namespace CloudPacs.Dicom;

/// <summary>A PN value (PS3.5 6.2.1): up to three groups of components.</summary>
/// <param name="Alphabetic">The group for devices with single-byte characters.</param>
/// <param name="Ideographic">The name in its own script.</param>
/// <param name="Phonetic">How it is said.</param>
public sealed record PersonName(PersonNameGroup Alphabetic, PersonNameGroup Ideographic, PersonNameGroup Phonetic)
{
    private const int MaxGroupCharacters = 64;

    public PersonName(PersonNameGroup alphabetic) : this(alphabetic, PersonNameGroup.Empty, PersonNameGroup.Empty)
    {
    }

    public bool IsEmpty => Alphabetic.IsEmpty && Ideographic.IsEmpty && Phonetic.IsEmpty;

    /// <summary>Reads one value; a fourth and further groups are not part of the standard and are left out.</summary>
    public static PersonName Parse(string text)
    {
        var groups = text.Split('=');
        PersonNameGroup Group(int index) => index < groups.Length ? PersonNameGroup.Parse(groups[index]) : PersonNameGroup.Empty;
        return new PersonName(Group(0), Group(1), Group(2));
    }

    /// <summary>
    /// The name as a query compares it: components without spaces around, no trailing ^ or =, characters composed. Case is left as it is.
    /// </summary>
    public static string NormalForm(string text) => TextForm.Normalize(Parse(text).ToString());

    /// <summary>
    /// Replaces delimiter characters inside components by a space and takes control characters out, for components that came from
    /// elsewhere.
    /// </summary>
    public PersonName Clean() => new(Alphabetic.Clean(), Ideographic.Clean(), Phonetic.Clean());

    /// <summary>Shortens each group to 64 characters: drops suffix, then prefix, then middle, then cuts given, then family.</summary>
    /// <param name="wasCut">Something was left out.</param>
    public PersonName Fit(out bool wasCut)
    {
        wasCut = false;
        return new PersonName(
            Alphabetic.Fit(MaxGroupCharacters, ref wasCut),
            Ideographic.Fit(MaxGroupCharacters, ref wasCut),
            Phonetic.Fit(MaxGroupCharacters, ref wasCut));
    }

    /// <summary>The value as it is written, without trailing delimiters; a name without alphabetic group begins with =.</summary>
    public override string ToString() => $"{Alphabetic}={Ideographic}={Phonetic}".TrimEnd('=');
}
