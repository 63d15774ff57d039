namespace CloudPacs.Mapping;

/// <summary>An identifier as a message gives it, with its assigning authority (HL7 v2.5.1 2.A.14 CX, 2.A.28 EI).</summary>
/// <param name="Value">The number itself, trimmed.</param>
/// <param name="Namespace">Namespace id of the authority (HD.1), or null.</param>
/// <param name="UniversalId">Universal id of the authority (HD.2), or null.</param>
/// <param name="UniversalIdType">Type of the universal id (HD.3): ISO, DNS, UUID, URI …</param>
/// <param name="TypeCode">Identifier type of table 0203 (MR, PI, VN …), or null.</param>
public sealed record MappedIdentifier(
    string Value, string? Namespace = null, string? UniversalId = null, string? UniversalIdType = null, string? TypeCode = null)
{
    public bool HasAuthority => Namespace is not null || UniversalId is not null;

    /// <summary>Whether both name the same thing: equal values of one authority.</summary>
    public bool Matches(MappedIdentifier other) => string.Equals(Value, other.Value, StringComparison.Ordinal) && SameAuthority(other);

    /// <summary>By universal id where both have one, else by a name that both have.</summary>
    public bool SameAuthority(MappedIdentifier other)
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
