using CloudPacs.Store.Audit;

namespace CloudPacs.Store.Sealing;

/// <summary>Where a trail is read from that is verified; all of it as of one moment.</summary>
public interface ITrailSource
{
    /// <summary>All blocks in the order of their numbers.</summary>
    IAsyncEnumerable<AuditBlock> BlocksAsync(CancellationToken cancellationToken);

    /// <summary>Blocks that have entries, in the order of their first rows.</summary>
    IAsyncEnumerable<AuditBlock> BlocksByTimeAsync(CancellationToken cancellationToken);

    /// <summary>All rows in the order of the trail.</summary>
    IAsyncEnumerable<AuditRow> RowsAsync(CancellationToken cancellationToken);

    /// <summary>The public key of an id; null when it is not known.</summary>
    Task<byte[]?> KeyAsync(byte[] id, CancellationToken cancellationToken);
}
