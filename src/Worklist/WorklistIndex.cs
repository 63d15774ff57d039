namespace CloudPacs.Worklist;

/// <summary>
/// The current worklist snapshot and the only place that replaces it. Writers come one at a time (a lock held for the time of a batch);
/// readers take <see cref="Current"/> and work on it as long as they like.
/// </summary>
public sealed class WorklistIndex
{
    private const int PurgedAtOnce = 64;
    private readonly Lock _writing = new();
    private readonly RecentParts<PatientPart> _recentPatients = new();
    private readonly RecentParts<VisitPart> _recentVisits = new();
    private WorklistSnapshot _current = WorklistSnapshot.Empty;

    public WorklistSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Makes all changes of one commit visible at once.</summary>
    /// <param name="entries">New or changed entries.</param>
    /// <param name="patients">Patients whose data changed: all their entries show it.</param>
    /// <param name="visits">Visits whose data changed.</param>
    public void Apply(
        IReadOnlyCollection<WorklistEntry> entries, IReadOnlyCollection<PatientPart> patients, IReadOnlyCollection<VisitPart> visits)
    {
        lock (_writing)
        {
            foreach (var patient in patients) _recentPatients.Put(patient.RowId, patient, static (a, b) => a.Revision >= b.Revision);
            foreach (var visit in visits) _recentVisits.Put(visit.RowId, visit, static (a, b) => a.Revision >= b.Revision);
            var builder = new SnapshotBuilder(_current);
            foreach (var patient in patients)
                foreach (var entry in _current.OfPatient(patient.RowId)) builder.Put(Newest(entry));
            foreach (var visit in visits)
                foreach (var entry in _current.OfVisit(visit.RowId)) builder.Put(Newest(entry));
            foreach (var entry in entries)
                if (_current.Find(entry.StepRowId) is not { } held || held.Revision <= entry.Revision) builder.Put(Newest(entry));
            Volatile.Write(ref _current, builder.Build());
        }
    }

    /// <summary>
    /// Two batches may be published in another order than they were committed in: the newest data of patient and visit count.
    /// </summary>
    private WorklistEntry Newest(WorklistEntry entry)
    {
        var patient = _recentPatients.Find(entry.Patient.RowId) is { } p && p.Revision > entry.Patient.Revision ? p : entry.Patient;
        var visit = entry.Visit is { } own && _recentVisits.Find(own.RowId) is { } v && v.Revision > own.Revision ? v : entry.Visit;
        return ReferenceEquals(patient, entry.Patient) && ReferenceEquals(visit, entry.Visit) ? entry : entry.With(patient, visit);
    }

    /// <summary>
    /// Replaces everything, at start or when changes of another node may have been missed; only what was published since the reading stays.
    /// </summary>
    /// <param name="entries">What was read.</param>
    /// <param name="revision">Number of the reading.</param>
    public void Reset(IEnumerable<WorklistEntry> entries, long revision)
    {
        var builder = new SnapshotBuilder(WorklistSnapshot.Empty);
        foreach (var entry in entries) builder.Put(entry);
        lock (_writing)
        {
            foreach (var entry in _current.ByStep.Values)
                if (entry.Revision > revision) builder.Put(entry);
            Volatile.Write(ref _current, builder.Build());
        }
    }

    /// <summary>Drops entries that have been off the list for good.</summary>
    /// <param name="now">Local time of the site.</param>
    /// <returns>How many were dropped.</returns>
    public int Purge(DateTime now)
    {
        var dropped = 0;
        var started = Current.ByStart.TakeWhile(key => key.Start < now).Select(static key => key.Entry!);
        // A few at a time: a commit must not wait for the entries of a whole day.
        foreach (var gone in started.Where(entry => entry.VisibleUntil < now).Chunk(PurgedAtOnce))
        {
            lock (_writing)
            {
                var builder = new SnapshotBuilder(_current);
                foreach (var entry in gone)
                {
                    // It may have been booked anew meanwhile.
                    if (_current.Find(entry.StepRowId) is not { } held || held.VisibleUntil >= now) continue;
                    builder.Remove(entry.StepRowId);
                    dropped++;
                }

                Volatile.Write(ref _current, builder.Build());
            }
        }

        return dropped;
    }
}
