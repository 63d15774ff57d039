using System.Collections.Immutable;
using CloudPacs.Integration.Worklist.Matching;

namespace CloudPacs.Integration.Worklist;

/// <summary>
/// The worklist at one moment, indexed; immutable, so that readers never wait for a writer and never see half a commit. Every look-up and
/// every change is logarithmic in the number of entries.
/// </summary>
public sealed class WorklistSnapshot
{
    public static readonly WorklistSnapshot Empty = new(
        ImmutableDictionary<Guid, WorklistEntry>.Empty,
        ImmutableSortedSet.Create(StartKey.Order),
        ImmutableSortedSet.Create(TextKey.Order),
        ImmutableSortedSet.Create(TextKey.Order),
        ImmutableSortedSet.Create(TextKey.Order));

    internal WorklistSnapshot(
        ImmutableDictionary<Guid, WorklistEntry> byStep, ImmutableSortedSet<StartKey> byStart, ImmutableSortedSet<TextKey> byStation,
        ImmutableSortedSet<TextKey> byName, ImmutableSortedSet<TextKey> byNumber)
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

    /// <summary>Station AE title, then start.</summary>
    internal ImmutableSortedSet<TextKey> ByStation { get; }

    /// <summary>Each folded name group.</summary>
    internal ImmutableSortedSet<TextKey> ByName { get; }

    /// <summary>Accession numbers, patient ids, Study Instance UIDs and patient rows, told apart by a first letter.</summary>
    internal ImmutableSortedSet<TextKey> ByNumber { get; }

    public WorklistEntry? Find(Guid stepRowId) => ByStep.GetValueOrDefault(stepRowId);

    /// <summary>All entries of a patient row.</summary>
    internal IEnumerable<WorklistEntry> OfPatient(Guid patientRowId) => Equal(ByNumber, TextKey.PatientRow(patientRowId));

    /// <summary>All entries of a visit row.</summary>
    internal IEnumerable<WorklistEntry> OfVisit(Guid visitRowId) => Equal(ByNumber, TextKey.VisitRow(visitRowId));

    /// <summary>Entries that match, by start, then step id; at most <paramref name="limit"/>.</summary>
    /// <param name="now">Local time of the site.</param>
    public IReadOnlyList<WorklistEntry> Search(WorklistQuery query, DateTime now, int limit)
    {
        var plan = Plan(query);
        if (plan is null) return Take(ByStart.Select(static key => key.Entry), query, now, limit);
        var found = plan.Distinct().Where(entry => query.Matches(entry, now)).ToList();
        if (found.Count > 1) found.Sort(static (a, b) => StartKey.Compare(a, b));
        return found.Count > limit ? found[..limit] : found;
    }

    /// <summary>The narrowest index that the query can use; null = walk the list in order of start.</summary>
    private IEnumerable<WorklistEntry>? Plan(WorklistQuery query)
    {
        if (query.StudyInstanceUids.Count > 0) return query.StudyInstanceUids.SelectMany(uid => Equal(ByNumber, TextKey.StudyUid(uid)));
        if (query.AccessionNumber is { } accession) return Equal(ByNumber, TextKey.Accession(accession));
        if (query.PatientId is { } patient) return Equal(ByNumber, TextKey.PatientId(patient));

        var candidates = new List<(int Count, IEnumerable<WorklistEntry> Entries)>();
        if (query.Name is { Length: > 0 } name && Wildcard.Prefix(name).ToString() is { Length: > 0 } prefix)
            candidates.Add(Range(ByName, new TextKey(prefix, null), new TextKey(prefix + '\uFFFF', null), static key => key.Entry!));
        if (query.Start is { } window && (window.First ?? window.Last) is not null)
            candidates.Add(Range(ByStart, StartKey.At(window.First ?? DateTime.MinValue), StartKey.After(window.Last ?? DateTime.MaxValue), static key => key.Entry));
        if (query.Station?.Title is { } title)
        {
            // Entries without a station may match too; they stand under the empty title.
            var own = StationRange(title, query.Start);
            var unassigned = StationRange("", query.Start);
            candidates.Add((own.Count + unassigned.Count, own.Entries.Concat(unassigned.Entries)));
        }

        return candidates.Count == 0 ? null : candidates.MinBy(static c => c.Count).Entries;
    }

    private (int Count, IEnumerable<WorklistEntry> Entries) StationRange(string title, StartWindow? window) =>
        Range(ByStation, TextKey.StationFrom(title, window?.First ?? DateTime.MinValue), TextKey.StationTo(title, window?.Last ?? DateTime.MaxValue), static key => key.Entry!);

    private static List<WorklistEntry> Take(IEnumerable<WorklistEntry> entries, WorklistQuery query, DateTime now, int limit)
    {
        var found = new List<WorklistEntry>();
        foreach (var entry in entries)
        {
            if (!query.Matches(entry, now)) continue;
            found.Add(entry);
            if (found.Count == limit) break;
        }

        return found;
    }

    private static IEnumerable<WorklistEntry> Equal(ImmutableSortedSet<TextKey> set, string text)
    {
        for (var i = Lower(set, new TextKey(text, null)); i < set.Count && string.Equals(set[i].Text, text, StringComparison.Ordinal); i++) yield return set[i].Entry!;
    }

    private static (int Count, IEnumerable<WorklistEntry> Entries) Range<T>(ImmutableSortedSet<T> set, T from, T to, Func<T, WorklistEntry> entry)
    {
        int first = Lower(set, from), last = Lower(set, to);
        return (Math.Max(last - first, 0), Walk());

        IEnumerable<WorklistEntry> Walk()
        {
            for (var i = first; i < last; i++) yield return entry(set[i]);
        }
    }

    private static int Lower<T>(ImmutableSortedSet<T> set, T probe)
    {
        var index = set.IndexOf(probe);
        return index < 0 ? ~index : index;
    }
}
