using CloudPacs.Integration.Worklist;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;
using Npgsql;

namespace CloudPacs.Integration.Messages;

/// <summary>A message in the commit channel, with what became of it.</summary>
internal sealed class PendingMessage(InboundMessage message)
{
    public InboundMessage Message { get; } = message;

    /// <summary>Set by the batch that applied it.</summary>
    public AppliedResult? Result { get; set; }

    /// <summary>Worklist revision of the whole batch; on its first message only, as is the next.</summary>
    public long Revision { get; set; }

    /// <summary>Worklist changes of the whole batch.</summary>
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
        items[0].Revision = worklist.Begin();
        try
        {
            await WriteAsync(items, workspace, transaction, cancellationToken);
        }
        catch
        {
            worklist.End(items[0].Revision);
            throw;
        }
    }

    public void Committed(IReadOnlyList<PendingMessage> items) => worklist.Publish(items[0].Revision, items[0].Changes);

    public void InDoubt(IReadOnlyList<PendingMessage> items) => worklist.ReadAgain(items[0].Revision, items[0].Changes);

    private async Task WriteAsync(IReadOnlyList<PendingMessage> items, Workspace workspace, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var rows = new BatchRows();
        foreach (var item in items)
        {
            item.Result = applier.Apply(item.Message, workspace);
            rows.Journal.Add(item.Result.Journal);
            rows.Audit.AddRange(item.Result.Audit);
        }

        // A repetition may follow a commit of which only the database knows: the worklist shows what is stored before its answer leaves.
        var isRepeated = rows.Journal.Exists(static row => row.Status == MessageStatus.Duplicate);
        items[0].Changes = worklist.Collect(workspace, isRepeated ? workspace.Rows : workspace.Changed, items[0].Revision);
        await store.SaveAsync(workspace, rows, transaction, cancellationToken);
    }
}
