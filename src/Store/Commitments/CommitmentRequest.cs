namespace CloudPacs.Store.Commitments;

/// <summary>A request to commit to the safekeeping of instances (PS3.4 J.3.2).</summary>
public sealed record CommitmentRequest
{
    public required Guid Id { get; init; }

    /// <summary>AE title of who asks.</summary>
    public required string Requester { get; init; }

    /// <summary>By which it knows the report again.</summary>
    public required string TransactionUid { get; init; }

    /// <summary>Whose instances it may know of; null = all.</summary>
    public string? Facility { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Each of them once.</summary>
    public required IReadOnlyList<InstanceReference> Instances { get; init; }
}

/// <summary>An instance as others name it.</summary>
public readonly record struct InstanceReference(string SopClassUid, string SopInstanceUid);

/// <summary>What has become of a request under its Transaction UID.</summary>
public enum RequestFate
{
    Added,

    /// <summary>The same was asked before.</summary>
    Known,

    /// <summary>Something else was asked before.</summary>
    Taken,
}
