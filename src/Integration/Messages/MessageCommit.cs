using CloudPacs.Integration.Worklist;
using CloudPacs.Store.Commit;
using Npgsql;

namespace CloudPacs.Integration.Messages;

/// <summary>A message in the commit channel, with what became of it.</summary>
internal sealed class PendingMessage(InboundMessage message)
{
    public InboundMessage Message { get; } = message;

    /// <summary>Set by the batch that applied it.</summary>
    public AppliedResult? Result { get; set; }

    /// <summary>Worklist changes of the whole batch; on its first message only.</summary>
    public WorklistChanges? Changes { get; set; }
}

/// <summary>
/// One batch, one transaction: lock and load what its messages are about, apply them one after the other, save everything at once. The
/// worklist shows the changes before any of the answers leaves.
/// </summary>
internal sealed class MessageCommit(WorkspaceStore store, MessageApplier applier, WorklistUpdater worklist) : IGroupWork<PendingMessage>
{
    public async Task WriteAsync(IReadOnlyList<PendingMessage> items, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var keys = new WorkspaceKeys();
        foreach (var item in items) keys.Add(item.Message.Keys);
        var workspace = await store.LoadAsync(transaction, keys, cancellationToken);
        // All keys are locked now: of two batches about the same thing the later one has the higher number.
        var revision = worklist.NextRevision();

        var rows = new BatchRows();
        foreach (var item in items)
        {
            item.Result = applier.Apply(item.Message, workspace);
            rows.Journal.Add(item.Result.Journal);
            rows.Audit.AddRange(item.Result.Audit);
        }

        items[0].Changes = worklist.Collect(workspace, revision);
        await store.SaveAsync(workspace, rows, transaction, cancellationToken);
    }

    public void Committed(IReadOnlyList<PendingMessage> items)
    {
        if (items[0].Changes is { } changes) worklist.Publish(changes);
    }

    public void InDoubt(IReadOnlyList<PendingMessage> items)
    {
        if (items[0].Changes is { } changes) worklist.ReadAgain(changes);
    }
}
