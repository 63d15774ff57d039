namespace CloudPacs.Store.Sealing;

/// <summary>What a block of the audit trail tells; the numbers are part of what is hashed.</summary>
public enum BlockKind : short
{
    /// <summary>Rows, none of them where it only tells that there were none.</summary>
    Rows = 0,

    /// <summary>From its <see cref="AuditBlock.OpenFrom"/> on rows are sealed as they come.</summary>
    Beginning = 1,

    /// <summary>Rows from before the beginning.</summary>
    Backlog = 2,

    /// <summary>All rows from before the beginning are sealed.</summary>
    BacklogDone = 3,

    /// <summary>The rows of a month were dropped, as their time was over.</summary>
    MonthDropped = 4,

    /// <summary>Blocks that were there are not there any more.</summary>
    BlocksLost = 5,

    /// <summary>A backup was restored; blocks that came after it are gone.</summary>
    Restored = 6,
}

/// <summary>One link of the chain: the hashes of some rows, and that of the block before it, signed.</summary>
public sealed record AuditBlock
{
    public required long Number { get; init; }

    public required BlockKind Kind { get; init; }

    public required DateTimeOffset SealedAt { get; init; }

    /// <summary>Rows of an earlier time that are in no block so far will be in none.</summary>
    public required DateTimeOffset OpenFrom { get; init; }

    /// <summary>Time of the first row; the beginning of a month that was dropped.</summary>
    public DateTimeOffset? FirstAt { get; init; }

    /// <summary>Time of the last row; the beginning of the month after the one that was dropped.</summary>
    public DateTimeOffset? LastAt { get; init; }

    public int RowCount { get; init; }

    public required byte[] EntriesHash { get; init; }

    /// <summary>As <see cref="BlockEntries"/> has them; null when they were given up together with their rows.</summary>
    public byte[]? Entries { get; init; }

    /// <summary>In words, what no number tells.</summary>
    public string? Note { get; init; }

    /// <summary>Hash of the block before.</summary>
    public required byte[] Previous { get; init; }

    public byte[] Hash { get; init; } = [];

    /// <summary>The key that signed it, see <see cref="SealKey.Id"/>.</summary>
    public required byte[] KeyId { get; init; }

    public byte[] Signature { get; init; } = [];
}
