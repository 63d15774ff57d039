using CloudPacs.Store.Commit;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Worklist;
using Microsoft.Extensions.Logging;

namespace CloudPacs.Worklist;

/// <summary>
/// Reads entries from the database into the index: all at start, some when another node changed them or a commit ended in doubt.
/// </summary>
internal sealed class WorklistLoader(
    WorklistQueries queries, WorklistIndex index, EntryFactory factory, Revisions revisions,
    ILogger<WorklistLoader> logger) : IChangeFollower
{
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var revision = await revisions.ReadAsync(cancellationToken);
        var reader = new EntryReader(factory, revision);
        var entries = new List<WorklistEntry>();
        await foreach (var stored in queries.StreamOpenAsync(cancellationToken)) Read(stored, reader, entries);
        index.Reset(entries, revision);
    }

    public async Task FollowAsync(ChangeNotice notice, CancellationToken cancellationToken)
    {
        var reader = new EntryReader(factory, await revisions.ReadAsync(cancellationToken));
        var entries = new List<WorklistEntry>();
        await foreach (var stored in queries.StreamAsync(notice, cancellationToken)) Read(stored, reader, entries);
        index.Apply(entries, [.. reader.Patients], [.. reader.Visits]);
    }

    /// <summary>A row that was damaged is told and left out: the others are still wanted.</summary>
    private void Read(StoredEntry stored, EntryReader reader, List<WorklistEntry> entries)
    {
        try
        {
            entries.Add(reader.Read(stored));
        }
        catch (InvalidDataException e)
        {
            Log.EntryDamaged(logger, e, stored.Step.Id);
        }
    }

    /// <summary>Entries of one reading; those of a patient or visit share its part.</summary>
    private sealed class EntryReader(EntryFactory factory, long revision)
    {
        private readonly Dictionary<Guid, PatientPart> _patients = [];
        private readonly Dictionary<Guid, VisitPart> _visits = [];

        public IEnumerable<PatientPart> Patients => _patients.Values;

        public IEnumerable<VisitPart> Visits => _visits.Values;

        public WorklistEntry Read(StoredEntry stored)
        {
            if (!_patients.TryGetValue(stored.Patient.Id, out var patient))
                _patients.Add(stored.Patient.Id, patient = EntryFactory.CreatePatient(stored.Patient, revision));
            VisitPart? visit = null;
            if (stored.Visit is { } row && !_visits.TryGetValue(row.Id, out visit))
                _visits.Add(row.Id, visit = factory.CreateVisit(row, revision));
            return factory.Create(stored.Step, stored.Procedure, stored.Order, patient, visit, revision);
        }
    }
}
