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
    /// Does everything for the items, in their order, inside the transaction, and leaves each item's result in the item. Called again
    /// (also for part of the items) when the transaction fails: it starts from what is stored, and what is stored already by an attempt
    /// whose end is unknown must be found by its identity.
    /// </summary>
    /// <returns>What follows the end of the transaction.</returns>
    Task<IBatchEnd> WriteAsync(IReadOnlyList<T> items, NpgsqlTransaction transaction, CancellationToken cancellationToken);
}

/// <summary>
/// What follows the end of a batch that was written; one of the two is called, unless the transaction failed before its commit.
/// </summary>
public interface IBatchEnd
{
    /// <summary>The transaction is durable; the callers of its items hear of it when this returns. Must not throw.</summary>
    void Committed();

    /// <summary>The connection broke during the commit: what is kept in memory of the rows must be read again. Must not throw.</summary>
    void InDoubt();
}
