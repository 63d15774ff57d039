namespace CloudPacs.Integration.Worklist;

/// <summary>
/// The current worklist snapshot and the only place that replaces it. Writers come one at a time (a lock held for the time of a batch);
/// readers take <see cref="Current"/> and work on it as long as they like.
/// </summary>
public sealed class WorklistIndex
{
    private readonly Lock writing = new();
    private WorklistSnapshot current = WorklistSnapshot.Empty;

    public WorklistSnapshot Current => Volatile.Read(ref current);

    /// <summary>Makes all changes of one commit visible at once.</summary>
    /// <param name="entries">New or changed entries.</param>
    /// <param name="removed">Row ids of steps that are no longer kept.</param>
    /// <param name="patients">Patients whose data changed: all their entries show it.</param>
    public void Apply(IReadOnlyCollection<WorklistEntry> entries, IReadOnlyCollection<Guid> removed, IReadOnlyCollection<PatientPart> patients)
    {
        lock (writing)
        {
            var builder = new SnapshotBuilder(current);
            foreach (var id in removed) builder.Remove(id);
            foreach (var patient in patients)
                foreach (var entry in current.OfPatient(patient.RowId).ToList())
                    if (builder.Contains(entry.StepRowId)) builder.Put(entry.With(patient));
            foreach (var entry in entries) builder.Put(entry);
            Volatile.Write(ref current, builder.Build());
        }
    }

    /// <summary>Replaces everything, at start or when changes of another node may have been missed.</summary>
    public void Reset(IEnumerable<WorklistEntry> entries)
    {
        var builder = new SnapshotBuilder(WorklistSnapshot.Empty);
        foreach (var entry in entries) builder.Put(entry);
        lock (writing) Volatile.Write(ref current, builder.Build());
    }

    /// <summary>Drops entries that have been off the list for good.</summary>
    /// <param name="now">Local time of the site.</param>
    /// <returns>How many were dropped.</returns>
    public int Purge(DateTime now)
    {
        var gone = Current.ByStep.Values.Where(entry => entry.VisibleUntil < now).Select(static entry => entry.StepRowId).ToList();
        if (gone.Count > 0) Apply([], gone, []);
        return gone.Count;
    }
}
