namespace CloudPacs.Store.Commit;

/// <summary>
/// Numbers that order what readers of batches keep in memory: of two batches about the same thing the later one has the higher number, and
/// so has what is read from the database after a batch.
/// </summary>
public sealed class Revisions
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, TaskCompletionSource> _open = [];
    private long _last;

    /// <summary>The number of a batch, taken while all its keys are locked; <see cref="End"/> follows in any case.</summary>
    public long Begin()
    {
        lock (_gate)
        {
            _open.Add(++_last, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return _last;
        }
    }

    /// <summary>The changes of the batch are published, or will not be.</summary>
    public void End(long revision)
    {
        lock (_gate)
        {
            if (_open.Remove(revision, out var ended)) ended.SetResult();
        }
    }

    /// <summary>
    /// The number of what is read from the database next. Waits for the batches with lower numbers: one that committed after the reading
    /// would be taken for older than what was read.
    /// </summary>
    public async Task<long> ReadAsync(CancellationToken cancellationToken)
    {
        long revision;
        Task earlier;
        lock (_gate)
        {
            revision = ++_last;
            earlier = Task.WhenAll(_open.Values.Select(static batch => batch.Task));
        }

        await earlier.WaitAsync(cancellationToken).ConfigureAwait(false);
        return revision;
    }
}
