namespace CloudPacs.Store.Commit;

public enum CommitStatus
{
    /// <summary>The item's changes are durable.</summary>
    Committed,

    /// <summary>The item itself cannot be written, whatever its neighbours are: a defect; nothing was changed.</summary>
    Failed,

    /// <summary>
    /// The database is away. Nothing was changed, or (when the connection broke during a commit) it cannot be known: to be sent again.
    /// </summary>
    Unavailable,
}

/// <summary>What became of one item of a group commit.</summary>
public readonly record struct CommitOutcome(CommitStatus Status, Exception? Error = null);
