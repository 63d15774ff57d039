using System.Collections.Immutable;

namespace CloudPacs.Integration.Worklist;

/// <summary>Collects the changes of one batch before they are published together.</summary>
internal sealed class SnapshotBuilder(WorklistSnapshot from)
{
    private readonly ImmutableDictionary<Guid, WorklistEntry>.Builder byStep = from.ByStep.ToBuilder();
    private readonly ImmutableSortedSet<StartKey>.Builder byStart = from.ByStart.ToBuilder();
    private readonly ImmutableSortedSet<TextKey>.Builder byStation = from.ByStation.ToBuilder();
    private readonly ImmutableSortedSet<TextKey>.Builder byName = from.ByName.ToBuilder();
    private readonly ImmutableSortedSet<TextKey>.Builder byNumber = from.ByNumber.ToBuilder();

    public void Put(WorklistEntry entry)
    {
        Remove(entry.StepRowId);
        byStep.Add(entry.StepRowId, entry);
        byStart.Add(new StartKey(entry.Start, entry));
        foreach (var key in StationKeys(entry)) byStation.Add(key);
        foreach (var group in entry.Patient.NameGroups) byName.Add(new TextKey(group, entry));
        foreach (var key in NumberKeys(entry)) byNumber.Add(key);
    }

    public void Remove(Guid stepRowId)
    {
        if (!byStep.Remove(stepRowId, out var entry)) return;
        byStart.Remove(new StartKey(entry.Start, entry));
        foreach (var key in StationKeys(entry)) byStation.Remove(key);
        foreach (var group in entry.Patient.NameGroups) byName.Remove(new TextKey(group, entry));
        foreach (var key in NumberKeys(entry)) byNumber.Remove(key);
    }

    public WorklistSnapshot Build() =>
        new(byStep.ToImmutable(), byStart.ToImmutable(), byStation.ToImmutable(), byName.ToImmutable(), byNumber.ToImmutable());

    private static IEnumerable<TextKey> StationKeys(WorklistEntry entry) =>
        entry.StationAeTitles.Count == 0
            ? [new TextKey(TextKey.Station("", entry.Start), entry)]
            : entry.StationAeTitles.Select(title => new TextKey(TextKey.Station(title, entry.Start), entry));

    private static IEnumerable<TextKey> NumberKeys(WorklistEntry entry)
    {
        yield return new(TextKey.Accession(entry.AccessionNumber), entry);
        yield return new(TextKey.PatientId(entry.Patient.PatientId), entry);
        yield return new(TextKey.StudyUid(entry.StudyInstanceUid), entry);
        yield return new(TextKey.PatientRow(entry.PatientRowId), entry);
        if (entry.Visit is { } visit) yield return new(TextKey.VisitRow(visit.RowId), entry);
    }
}
