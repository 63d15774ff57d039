using System.Collections.Immutable;

namespace CloudPacs.Worklist;

/// <summary>
/// The worklist at one moment, indexed; immutable, so that readers never wait for a writer and never see half a commit. Every look-up and
/// every change is logarithmic in the number of entries.
/// </summary>
public sealed class WorklistSnapshot
{
    public static readonly WorklistSnapshot Empty = new(
        ImmutableDictionary<Guid, WorklistEntry>.Empty,
        ImmutableSortedSet.Create(StartKey.Order),
        ImmutableSortedSet.Create(StationStart.Order),
        ImmutableSortedSet.Create(GroupKey.Order),
        ImmutableSortedSet.Create(NumberKey.Order));

    internal WorklistSnapshot(
        ImmutableDictionary<Guid, WorklistEntry> byStep, ImmutableSortedSet<StartKey> byStart, ImmutableSortedSet<StationStart> byStation,
        ImmutableSortedSet<GroupKey> byName, ImmutableSortedSet<NumberKey> byNumber)
    {
        ByStep = byStep;
        ByStart = byStart;
        ByStation = byStation;
        ByName = byName;
        ByNumber = byNumber;
    }

    public int Count => ByStep.Count;

    internal ImmutableDictionary<Guid, WorklistEntry> ByStep { get; }

    internal ImmutableSortedSet<StartKey> ByStart { get; }

    internal ImmutableSortedSet<StationStart> ByStation { get; }

    /// <summary>Each folded name group.</summary>
    internal ImmutableSortedSet<GroupKey> ByName { get; }

    /// <summary>Accession numbers, patient ids, Study Instance UIDs, patient and visit rows.</summary>
    internal ImmutableSortedSet<NumberKey> ByNumber { get; }

    public WorklistEntry? Find(Guid stepRowId) => ByStep.GetValueOrDefault(stepRowId);

    /// <summary>Entries that match, by start, then step id; at most <paramref name="limit"/>.</summary>
    /// <param name="query">The query made ready.</param>
    /// <param name="now">Local time of the site.</param>
    /// <param name="limit">How many are wanted.</param>
    public IReadOnlyList<WorklistEntry> Search(WorklistQuery query, DateTime now, int limit) =>
        new WorklistSearch(this, query).Run(now, limit, CancellationToken.None);

    /// <summary>All entries of a patient row.</summary>
    internal IEnumerable<WorklistEntry> OfPatient(Guid patientRowId) =>
        OfNumber(NumberKey.PatientRow(patientRowId)).Where(entry => entry.PatientRowId == patientRowId);

    /// <summary>All entries of a visit row.</summary>
    internal IEnumerable<WorklistEntry> OfVisit(Guid visitRowId) =>
        OfNumber(NumberKey.VisitRow(visitRowId)).Where(entry => entry.Visit?.RowId == visitRowId);

    /// <summary>Entries with a number of that hash: the one that is meant, and now and then another.</summary>
    internal IEnumerable<WorklistEntry> OfNumber(long hash)
    {
        for (var i = ByNumber.PlaceOf(new NumberKey(hash, null)); i < ByNumber.Count && ByNumber[i] is var key && key.Hash == hash; i++)
            yield return key.Entry!;
    }
}
