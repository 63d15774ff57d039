using CloudPacs.Exchange.Outbound;
using CloudPacs.Store;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Deliveries;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;
using CloudPacs.Worklist;
using Npgsql;

namespace CloudPacs.Integration.Changes;

/// <summary>
/// Changes in one transaction: lock and read what they are about, apply them one after the other, save all and commit. The worklist
/// shows them before any of their callers hears of it.
/// </summary>
internal sealed class ChangeBatches(
    WorkspaceStore store, WorklistUpdater worklist, IReadOnlyList<INewsWriter> writers, DeliverySignal signal) : IGroupWork<Change>
{
    /// <summary>
    /// From a booking to its order, from there to the family of that, and to the bookings of each; a chain of documents that add to one
    /// another takes a round for each of them.
    /// </summary>
    private const int MostRounds = 20;

    public int CountKeys(Change change) => change.Keys.Count;

    public async Task<IBatch> PrepareAsync(
        IReadOnlyList<Change> changes, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var workspace = await LoadAsync(changes, transaction, cancellationToken);
        var rows = new BatchRows();
        foreach (var change in changes)
        {
            await LoadMoreAsync(change, workspace, transaction, cancellationToken);
            change.ApplyTo(workspace, rows, writers);
        }

        // All keys are locked now: of two batches about the same thing the later one has the higher number.
        var revision = worklist.Begin();
        try
        {
            var entries = worklist.Collect(workspace, Shown(workspace, changes), revision);
            var told = rows.Deliveries.Count > 0 ? signal : null;
            return new Batch(worklist, revision, entries, told, token => store.CommitAsync(workspace, rows, transaction, token));
        }
        catch
        {
            worklist.End(revision);
            throw;
        }
    }

    /// <summary>
    /// What a change before it did may make a change ask for more than it did at first; and what it is given may lead it further.
    /// </summary>
    private static async Task LoadMoreAsync(
        Change change, Workspace workspace, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MostRounds && change.MoreKeys(workspace) is { } more; round++)
        {
            if (workspace.Declares(more)) return;
            await WorkspaceStore.LoadMoreAsync(workspace, transaction, more, cancellationToken);
        }
    }

    private async Task<Workspace> LoadAsync(
        IReadOnlyList<Change> changes, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var keys = new WorkspaceKeys();
        foreach (var change in changes) keys.Add(change.Keys);
        var workspace = await store.LoadAsync(transaction, keys, cancellationToken);
        var more = new WorkspaceKeys();
        foreach (var change in changes)
        {
            if (change.MoreKeys(workspace) is { } asked) more.Add(asked);
        }

        if (!more.IsEmpty) await WorkspaceStore.LoadMoreAsync(workspace, transaction, more, cancellationToken);
        return workspace;
    }

    /// <summary>
    /// Rows whose entries are published: those that changed, and those of changes that came before and were perhaps never published.
    /// </summary>
    private static HashSet<Row> Shown(Workspace workspace, IReadOnlyList<Change> changes)
    {
        HashSet<Row> shown = [.. workspace.Changed];
        foreach (var change in changes)
        {
            if (!change.IsRepetition) continue;
            shown.UnionWith(workspace.Named(change.Keys));
            if (change.MoreKeys(workspace) is { } more) shown.UnionWith(workspace.Named(more));
        }

        return shown;
    }

    private sealed class Batch(
        WorklistUpdater worklist, long revision, WorklistChanges? entries, DeliverySignal? told, Func<CancellationToken, Task> commit)
        : IBatch
    {
        public Task CommitAsync(CancellationToken cancellationToken) => commit(cancellationToken);

        public void Committed()
        {
            worklist.Publish(revision, entries);
            told?.Raise();
        }

        public void InDoubt() => worklist.ReadAgain(revision, entries);
    }
}
