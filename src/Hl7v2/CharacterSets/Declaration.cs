namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>What a message says of its character set.</summary>
/// <param name="sets">MSH-18, all repetitions (HL7 v2.5.1 2.15.9.18).</param>
/// <param name="scheme">MSH-20: how sets are switched (2.15.9.20).</param>
/// <param name="hasMark">The byte order mark of UTF-8 stands before it.</param>
internal readonly ref struct Declaration(ReadOnlySpan<byte> sets, ReadOnlySpan<byte> scheme, bool hasMark)
{
    public ReadOnlySpan<byte> Sets { get; } = sets;

    public ReadOnlySpan<byte> Scheme { get; } = scheme;

    public bool HasMark { get; } = hasMark;
}
