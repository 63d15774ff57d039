using Npgsql;

namespace CloudPacs.Store.Commit;

/// <summary>
/// What a group commit does with its items; called by several writers at the same time, each with items of its own lanes.
/// </summary>
public interface IGroupWork<T>
{
    /// <summary>How many keys the item locks: what bounds a batch besides the number of its items.</summary>
    int CountKeys(T item);

    /// <summary>
    /// Locks and reads what the items are about, does everything for them in memory, in their order, and leaves each item's result in the
    /// item. Called again (also for part of the items) when the transaction fails: it starts from what is stored, and what is stored
    /// already by an attempt whose end is unknown must be found by its identity.
    /// </summary>
    Task<IBatch> PrepareAsync(IReadOnlyList<T> items, NpgsqlTransaction transaction, CancellationToken cancellationToken);
}

/// <summary>A batch that was prepared. It is committed, and then told how that ended.</summary>
public interface IBatch
{
    /// <summary>Writes everything and commits: in one round trip, as all that are locked out wait for its end.</summary>
    Task CommitAsync(CancellationToken cancellationToken);

    /// <summary>The transaction is durable; the callers of its items hear of it when this returns. Must not throw.</summary>
    void Committed();

    /// <summary>The commit failed, or its answer was lost: what is kept in memory of the rows must be read again. Must not throw.</summary>
    void InDoubt();
}
