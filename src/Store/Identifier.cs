namespace CloudPacs.Store;

/// <summary>
/// An identifier with its assigning authority (HL7 v2.5.1 2.A.14 CX, 2.A.28 EI; DICOM PS3.3 10.14): never compared as a bare string.
/// </summary>
/// <param name="Value">The number itself, trimmed.</param>
/// <param name="Namespace">Namespace id of the authority (HD.1), or null.</param>
/// <param name="UniversalId">Universal id of the authority (HD.2), or null.</param>
/// <param name="UniversalIdType">Type of the universal id (HD.3): ISO, DNS, UUID, URI …</param>
/// <param name="TypeCode">Identifier type of table 0203 (MR, PI, VN …), or null; takes no part in equality of authorities.</param>
public readonly record struct Identifier(
    string Value, string? Namespace = null, string? UniversalId = null, string? UniversalIdType = null, string? TypeCode = null)
{
    public bool HasAuthority => Namespace is not null || UniversalId is not null;

    /// <summary>
    /// Whether both name the same thing: values equal by ordinal, and authorities equal when their universal ids are, or, when one side has
    /// none, when both have a name, namespace or universal id, in common. A side without any authority must have been given its sender's
    /// default before.
    /// </summary>
    public bool Matches(Identifier other) => string.Equals(Value, other.Value, StringComparison.Ordinal) && SameAuthority(other);

    /// <summary>
    /// Whether it may mean the other one: who speaks of a number that somebody else gave often leaves its authority out, and then it is
    /// that of any.
    /// </summary>
    public bool Names(Identifier other) => HasAuthority ? Matches(other) : Value == other.Value;

    public bool SameAuthority(Identifier other)
    {
        // OIDs have no letters; those of names of the DNS and of UUIDs have no case.
        if (UniversalId is not null && other.UniversalId is not null)
            return string.Equals(UniversalId, other.UniversalId, StringComparison.OrdinalIgnoreCase);
        if (!HasAuthority || !other.HasAuthority) return HasAuthority == other.HasAuthority;
        // What is shown of an authority is its namespace, else its universal id: one that is named by either is the same to people.
        return (Namespace is not null && (Namespace == other.Namespace || Namespace == other.UniversalId))
            || (UniversalId is not null && UniversalId == other.Namespace);
    }

    public override string ToString() => HasAuthority ? $"{Value} ({Namespace ?? UniversalId})" : Value;
}
