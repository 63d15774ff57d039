using System.Collections.Immutable;

namespace CloudPacs.Worklist;

/// <summary>Collects the changes of one batch before they are published together.</summary>
internal sealed class SnapshotBuilder(WorklistSnapshot from)
{
    private readonly ImmutableDictionary<Guid, WorklistEntry>.Builder _byStep = from.ByStep.ToBuilder();
    private readonly ImmutableSortedSet<StartKey>.Builder _byStart = from.ByStart.ToBuilder();
    private readonly ImmutableSortedSet<StationStart>.Builder _byStation = from.ByStation.ToBuilder();
    private readonly ImmutableSortedSet<GroupKey>.Builder _byName = from.ByName.ToBuilder();
    private readonly ImmutableSortedSet<NumberKey>.Builder _byNumber = from.ByNumber.ToBuilder();

    public void Put(WorklistEntry entry)
    {
        Remove(entry.StepRowId);
        _byStep.Add(entry.StepRowId, entry);
        _byStart.Add(StartKey.Of(entry));
        foreach (var title in Titles(entry)) _byStation.Add(new StationStart(title, StartKey.Of(entry)));
        foreach (var group in entry.Patient.NameGroups) _byName.Add(new GroupKey(group, entry));
        foreach (var hash in Numbers(entry)) _byNumber.Add(new NumberKey(hash, entry));
    }

    public void Remove(Guid stepRowId)
    {
        if (!_byStep.Remove(stepRowId, out var entry)) return;
        _byStart.Remove(StartKey.Of(entry));
        foreach (var title in Titles(entry)) _byStation.Remove(new StationStart(title, StartKey.Of(entry)));
        foreach (var group in entry.Patient.NameGroups) _byName.Remove(new GroupKey(group, entry));
        foreach (var hash in Numbers(entry)) _byNumber.Remove(new NumberKey(hash, entry));
    }

    public WorklistSnapshot Build() =>
        new(_byStep.ToImmutable(), _byStart.ToImmutable(), _byStation.ToImmutable(), _byName.ToImmutable(), _byNumber.ToImmutable());

    private static IReadOnlyList<string> Titles(WorklistEntry entry) => entry.StationAeTitles.Count == 0 ? [""] : entry.StationAeTitles;

    private static IEnumerable<long> Numbers(WorklistEntry entry)
    {
        yield return NumberKey.Accession(entry.AccessionNumber);
        yield return NumberKey.PatientId(entry.Patient.PatientId);
        yield return NumberKey.StudyUid(entry.StudyInstanceUid);
        yield return NumberKey.PatientRow(entry.PatientRowId);
        if (entry.Visit is { } visit) yield return NumberKey.VisitRow(visit.RowId);
    }
}
