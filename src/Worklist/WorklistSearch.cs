using System.Collections.Immutable;
using CloudPacs.Dicom.Matching;

namespace CloudPacs.Worklist;

/// <summary>
/// One query on one snapshot, through the narrowest index that it can use. Memory is bounded by the number of answers wanted, time by
/// <see cref="Candidates"/>.
/// </summary>
internal sealed class WorklistSearch
{
    private readonly WorklistQuery _query;
    private readonly IEnumerable<WorklistEntry> _entries;
    private readonly bool _isOrdered;

    public WorklistSearch(WorklistSnapshot snapshot, WorklistQuery query)
    {
        _query = query;
        var plan = Numbers(snapshot, query) is { } numbers
            ? new Plan(query.StudyInstanceUids.Count, numbers, false)
            : Ranges(snapshot, query).MinBy(static plan => plan.Count);
        (Candidates, _entries, _isOrdered) = plan;
    }

    private readonly record struct Plan(int Count, IEnumerable<WorklistEntry> Entries, bool IsOrdered);

    /// <summary>How many entries are looked at, at most; of a number that was asked for no count is taken.</summary>
    public int Candidates { get; }

    /// <summary>The first <paramref name="limit"/> entries that match, in the order of answers.</summary>
    public IReadOnlyList<WorklistEntry> Run(DateTime now, int limit, CancellationToken cancellationToken)
    {
        var matches = _entries.Where(entry =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return _query.Matches(entry, now);
        });
        if (_isOrdered) return [.. matches.Take(limit)];

        // The same entry may be found twice, by two groups of its name or two UIDs of a list.
        var first = new SortedSet<WorklistEntry>(StartKey.OfAnswers);
        foreach (var entry in matches)
            if (first.Add(entry) && first.Count > limit) first.Remove(first.Max!);
        return [.. first];
    }

    private static IEnumerable<WorklistEntry>? Numbers(WorklistSnapshot snapshot, WorklistQuery query)
    {
        if (query.StudyInstanceUids.Count > 0) return query.StudyInstanceUids.SelectMany(uid => snapshot.OfNumber(NumberKey.StudyUid(uid)));
        if (query.AccessionNumber is { } accession) return snapshot.OfNumber(NumberKey.Accession(accession));
        return query.PatientId is { } patient ? snapshot.OfNumber(NumberKey.PatientId(patient)) : null;
    }

    private static IEnumerable<Plan> Ranges(WorklistSnapshot snapshot, WorklistQuery query)
    {
        StartKey first = StartKey.At(query.Start?.First), last = StartKey.After(query.Start?.Last);
        yield return new(
            snapshot.ByStart.CountBetween(first, last), snapshot.ByStart.Between(first, last).Select(static key => key.Entry!), true);
        if (query.Names.Count > 0 && query.Names.All(static name => !Wildcard.Prefix(name).IsEmpty))
        {
            var ranges = query.Names.Select(static name => Wildcard.Prefix(name).ToString())
                .Select(static prefix => (From: new GroupKey(prefix, null), To: new GroupKey(prefix + '\uFFFF', null))).ToList();
            yield return new(
                ranges.Sum(range => snapshot.ByName.CountBetween(range.From, range.To)),
                ranges.SelectMany(range => snapshot.ByName.Between(range.From, range.To)).Select(static key => key.Entry!), false);
        }

        if (query.Station?.Title is not { } title) yield break;
        // Entries without a station may match too; they stand under the empty title.
        var own = Station(title);
        var unassigned = Station("");
        yield return new(
            own.Count + unassigned.Count, unassigned.Count == 0 ? own.Entries : own.Entries.Concat(unassigned.Entries),
            unassigned.Count == 0);

        Plan Station(string of)
        {
            StationStart from = new(of, first), to = new(of, last);
            return new(
                snapshot.ByStation.CountBetween(from, to), snapshot.ByStation.Between(from, to)
                    .Select(static key => key.Start.Entry!), true);
        }
    }
}

/// <summary>Places in a sorted set, of probes: they are never in it.</summary>
internal static class SortedSetPlaces
{
    public static int PlaceOf<T>(this ImmutableSortedSet<T> set, T probe) => ~set.IndexOf(probe);

    public static int CountBetween<T>(this ImmutableSortedSet<T> set, T from, T to) => Math.Max(set.PlaceOf(to) - set.PlaceOf(from), 0);

    public static IEnumerable<T> Between<T>(this ImmutableSortedSet<T> set, T from, T to)
    {
        int start = set.PlaceOf(from), end = set.PlaceOf(to);
        if (start == 0 && end == set.Count)
        {
            // A walk from place to place costs a descent each; a walk over everything need not.
            foreach (var key in set) yield return key;
            yield break;
        }

        for (var i = start; i < end; i++) yield return set[i];
    }
}
