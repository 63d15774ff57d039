using CloudPacs.Store.Workspaces;

namespace CloudPacs.Store.Commit;

/// <summary>Limits of the group commit.</summary>
public sealed record GroupCommitOptions
{
    /// <summary>
    /// Batches that may be on their way to the database at the same time; each has a connection and a channel of its own.
    /// </summary>
    public int Writers { get; init; } = 2;

    /// <summary>Most items in one transaction.</summary>
    public int MaxBatch { get; init; } = 256;

    /// <summary>Most keys that the items of one transaction lock; an item that has more has a transaction of its own.</summary>
    public int MaxKeys { get; init; } = WorkspaceKeys.MostLocked;

    /// <summary>Items that may wait for each writer; when they do, callers wait too, and with them their senders.</summary>
    public int Capacity { get; init; } = 1024;

    /// <summary>
    /// How long a writer that has committed several items together waits for more before it begins again; 0 = not at all.
    /// </summary>
    public TimeSpan Gather { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How long after it came in an item is tried again while the database is away; then its caller gets that answer.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pauses between attempts grow from this to <see cref="MaxRetryDelay"/>.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(1);
}
