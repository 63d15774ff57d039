using Npgsql;

namespace CloudPacs.Store.Commit;

/// <summary>What a group commit does with its items; called by several writers at the same time, each with items of its own lanes.</summary>
public interface IGroupWork<T>
{
    /// <summary>
    /// Does everything for the items, in their order, inside the transaction, and leaves each item's result in the item. Called again
    /// (also for part of the items) when the transaction fails: it starts from what is stored, and a message that is stored already by
    /// an attempt whose end is unknown is found by its identity.
    /// </summary>
    Task WriteAsync(IReadOnlyList<T> items, NpgsqlTransaction transaction, CancellationToken cancellationToken);

    /// <summary>The transaction of the last <see cref="WriteAsync"/> with these items is durable; their callers hear of it when this returns. Must not throw.</summary>
    void Committed(IReadOnlyList<T> items);

    /// <summary>The connection broke during the commit: what is kept in memory from these items' rows must be read again. Must not throw.</summary>
    void InDoubt(IReadOnlyList<T> items);
}
