namespace CloudPacs.Store.Access;

/// <summary>A key by which a script or a system is known.</summary>
public sealed record ApiKeyRow
{
    public required Guid Id { get; init; }

    /// <summary>What it is for; no two keys that are valid have the same.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the secret, which is as long and as random as that.</summary>
    public required ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>What its bearer may do, as a number of flags.</summary>
    public required int Roles { get; init; }

    /// <summary>Of which facility its bearer is; null = of all.</summary>
    public string? Facility { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>Null = never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Null = it is in force.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}
