using System.Collections.Concurrent;
using CloudPacs.Store;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Worklist;

/// <summary>Brings the worklist index up to date with what was committed.</summary>
internal sealed class WorklistUpdater(WorklistIndex index, EntryFactory factory, WorklistLoader loader, Revisions revisions)
{
    private readonly ConcurrentQueue<ChangeNotice> _inDoubt = new();

    /// <summary>
    /// Starts a batch, while all its keys are locked; <see cref="Publish"/>, <see cref="ReadAgain"/> or <see cref="End"/> ends it.
    /// </summary>
    public long Begin() => revisions.Begin();

    /// <summary>What rows of a workspace mean for the worklist, or null when that is nothing.</summary>
    public WorklistChanges? Collect(Workspace workspace, IEnumerable<Row> rows, long revision) =>
        EntryCollector.Collect(workspace, rows, factory, revision);

    /// <summary>The batch is durable.</summary>
    public void Publish(long revision, WorklistChanges? changes)
    {
        if (changes is not null) index.Apply(changes.Entries, changes.Patients, changes.Visits);
        revisions.End(revision);
    }

    /// <summary>Nothing of the batch was written; of no effect on one that has ended.</summary>
    public void End(long revision) => revisions.End(revision);

    /// <summary>
    /// The commit failed, or whether it took place is not known: the rows are read again from the database, as soon as it answers.
    /// </summary>
    public void ReadAgain(long revision, WorklistChanges? changes)
    {
        if (changes is not null)
        {
            _inDoubt.Enqueue(new ChangeNotice(
                Guid.Empty, [.. changes.Entries.Select(static e => e.StepRowId)], [.. changes.Patients.Select(static p => p.RowId)],
                [.. changes.Visits.Select(static v => v.RowId)]));
        }

        revisions.End(revision);
    }

    /// <summary>
    /// Reads again what is in doubt; throws when the database does not answer, and what is left is tried with the next call.
    /// </summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        while (_inDoubt.TryPeek(out var notice))
        {
            await loader.FollowAsync(notice, cancellationToken);
            _inDoubt.TryDequeue(out _);
        }
    }
}
