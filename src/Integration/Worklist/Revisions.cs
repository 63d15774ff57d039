namespace CloudPacs.Integration.Worklist;

/// <summary>
/// Numbers that order what reaches the worklist index: of two batches about the same thing the later one has the higher number, and so has
/// what is read from the database after a batch.
/// </summary>
internal sealed class Revisions
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, TaskCompletionSource> open = [];
    private long last;

    /// <summary>The number of a batch, taken while all its keys are locked; <see cref="End"/> follows in any case.</summary>
    public long Begin()
    {
        lock (gate)
        {
            open.Add(++last, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return last;
        }
    }

    /// <summary>The changes of the batch are published, or will not be.</summary>
    public void End(long revision)
    {
        lock (gate)
        {
            if (open.Remove(revision, out var ended)) ended.SetResult();
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
        lock (gate)
        {
            revision = ++last;
            earlier = Task.WhenAll(open.Values.Select(static batch => batch.Task));
        }

        await earlier.WaitAsync(cancellationToken);
        return revision;
    }
}
