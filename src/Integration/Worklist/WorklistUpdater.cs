using System.Collections.Concurrent;
using CloudPacs.Store.Commit;

namespace CloudPacs.Integration.Worklist;

/// <summary>Brings the worklist index up to date with what was committed.</summary>
internal sealed class WorklistUpdater(WorklistIndex index, EntryFactory factory, WorklistLoader loader)
{
    private readonly ConcurrentQueue<ChangeNotice> inDoubt = new();
    private long revision;

    /// <summary>A number that grows; taken while all keys of a batch are locked, it orders batches about the same thing.</summary>
    public long NextRevision() => Interlocked.Increment(ref revision);

    /// <summary>What the changed rows of a workspace mean for the worklist; call it before they are saved.</summary>
    public WorklistChanges? Collect(Workspace workspace, long revision) => EntryCollector.Collect(workspace, factory, revision);

    public void Publish(WorklistChanges changes) => index.Apply(changes.Entries, changes.Patients, changes.Visits);

    /// <summary>Whether these changes were committed is not known: they are read again from the database, as soon as it answers.</summary>
    public void ReadAgain(WorklistChanges changes) => inDoubt.Enqueue(new ChangeNotice(
        Guid.Empty, [.. changes.Entries.Select(static e => e.StepRowId)], [.. changes.Patients.Select(static p => p.RowId)], [.. changes.Visits.Select(static v => v.RowId)]));

    /// <summary>Settles what is in doubt; throws when the database does not answer, and what is left is tried with the next call.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        while (inDoubt.TryPeek(out var notice))
        {
            await loader.FollowAsync(notice, cancellationToken);
            inDoubt.TryDequeue(out _);
        }
    }
}
