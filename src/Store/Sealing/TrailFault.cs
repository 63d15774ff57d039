namespace CloudPacs.Store.Sealing;

/// <summary>What is wrong with the audit trail.</summary>
public enum TrailFaultKind
{
    /// <summary>A row is not what was sealed.</summary>
    RowChanged,

    /// <summary>A row that was sealed is not there.</summary>
    RowDropped,

    /// <summary>A row is there that was never sealed.</summary>
    RowInserted,

    /// <summary>A row has another time than when it was sealed.</summary>
    RowMoved,

    /// <summary>A block is not what it was, or does not follow the one before it.</summary>
    BlockChanged,

    /// <summary>A block is not there.</summary>
    BlockDropped,

    /// <summary>A block has no true signature.</summary>
    SignatureWrong,

    /// <summary>A block was signed by a key that does not count.</summary>
    KeyUnknown,
}

/// <summary>One fault of the audit trail.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Block">Number of the block, where one is wrong, or has the row.</param>
/// <param name="Row">Id of the row.</param>
/// <param name="At">Its time.</param>
/// <param name="Words">The same for persons.</param>
public sealed record TrailFault(TrailFaultKind Kind, long? Block, Guid? Row, DateTimeOffset? At, string Words);

/// <summary>What was found of a trail.</summary>
public sealed record TrailReport
{
    /// <summary>Blocks that were read.</summary>
    public long Blocks { get; set; }

    /// <summary>Rows that were read.</summary>
    public long Rows { get; set; }

    /// <summary>Rows that are not sealed yet.</summary>
    public long Waiting { get; set; }

    /// <summary>Rows of months that were dropped as their time was over.</summary>
    public long Dropped { get; set; }

    /// <summary>How many faults; the first of them were told.</summary>
    public long Faults { get; set; }

    /// <summary>When the last block was sealed; null when there is none.</summary>
    public DateTimeOffset? SealedAt { get; set; }

    /// <summary>Number of the last block.</summary>
    public long LastBlock { get; set; }

    /// <summary>Hash of the last block: who writes it down elsewhere can tell later whether the chain still has it.</summary>
    public byte[] LastHash { get; set; } = [];

    /// <summary>What should be known and is no fault.</summary>
    public IList<string> Notices { get; } = [];
}
