using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;
using CloudPacs.Store.Studies;

namespace CloudPacs.Studies.Finding;

/// <summary>
/// A query for patients, studies, series or instances (PS3.4 C.2.2): relational whether that was agreed on or not, as many ask so. Keys
/// that an index knows go to it; all are compared with what was found.
/// </summary>
public sealed class StudyQuery
{
    private static readonly Tag[] Uids = [Tags.StudyInstanceUid, Tags.SeriesInstanceUid, Tags.SopInstanceUid];
    private readonly List<KeyCondition> _conditions = [];

    private StudyQuery(DataSet keys, QueryLevel level, string? facility, QueryWays ways)
    {
        Level = level;
        var supported = QueryAttributes.Of(level);
        var together = new HashSet<Tag>();
        foreach (var (date, time) in ways.Periods)
        {
            if (PeriodCondition.Of(keys, date, time, ways) is not { } period) continue;
            together.UnionWith([date, time]);
            Add(period);
        }

        foreach (var key in keys)
        {
            if (IsAboutTheMessage(key.Tag)) continue;
            if (key.Tag == Tags.ModalitiesInStudy && key.Values.Count > 0)
            {
                // A list means any of them, whatever toolkit asks (PS3.4 C.6.2.1.3 says no more than that one series has it).
                var wanted = key.Values.Where(static value => value is not ("" or "*")).ToHashSet(StringComparer.Ordinal);
                if (wanted.Count > 0) _conditions.Add(new ValueCondition(key.Tag, "any of the modalities", wanted.Contains));
                continue;
            }

            // A patient is found by every id, also one that was given up in a merge.
            if (key.Tag == Tags.PatientId && Single(keys, key.Tag) is not null) continue;
            if (together.Contains(key.Tag) || KeyRules.For(key, supported, ways.TakesLists) is not { } condition) continue;
            Add(ways.IsFuzzy && key.VR == VR.PN ? FuzzyName.Of(condition, key.Values[0]) : condition);
        }

        foreach (var element in ways.WithoutValue) Add(EmptyCondition.Of(element));
        Filter = FilterOf(keys, facility, ways);
    }

    public QueryLevel Level { get; }

    /// <summary>What makes a key one that nothing can match, and which; null when all have a meaning.</summary>
    public (Tag Key, string Text)? Fault { get; private set; }

    /// <summary>What an index can tell.</summary>
    public StudyFilter Filter { get; }

    /// <param name="keys">The keys, text in Unicode.</param>
    /// <param name="level">What is asked for.</param>
    /// <param name="facility">Facility of who asks; null sees all.</param>
    /// <param name="ways">How the keys are meant.</param>
    public static StudyQuery Parse(DataSet keys, QueryLevel level, string? facility, QueryWays ways)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(ways);
        return new StudyQuery(keys, level, facility, ways);
    }

    /// <param name="answer">All that is known of what was found.</param>
    public bool Matches(DataSet answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return _conditions.TrueForAll(condition => condition.Matches(answer));
    }

    private void Add(KeyCondition condition)
    {
        if (condition.Faulty is { } faulty) Fault ??= (faulty.Tag, $"{Keyword(faulty.Tag)} {faulty.Fault}");
        _conditions.Add(condition);
    }

    private static StudyFilter FilterOf(DataSet keys, string? facility, QueryWays ways)
    {
        var dates = keys.GetString(Tags.StudyDate) is { } text && TemporalKey.TryParseDates(text, out var range, out _)
            ? range
            : new TemporalRange<DateOnly>(null, null);
        var uids = Array.ConvertAll(Uids, tag => UidsOf(keys, tag));
        return new StudyFilter
        {
            StudyInstanceUids = uids[0],
            SeriesInstanceUids = uids[1],
            SopInstanceUids = uids[2],
            PatientId = Single(keys, Tags.PatientId),
            Number = Single(keys, Tags.AccessionNumber),
            NamePrefix = !ways.IsFuzzy && keys.GetString(Tags.PatientName) is { } name ? PrefixOf(name) : null,
            // In another zone the day may be the one before or after.
            From = ways.Offset is null || dates.From <= DateOnly.MinValue ? dates.From : dates.From?.AddDays(-1),
            To = ways.Offset is null || dates.To >= DateOnly.MaxValue ? dates.To : dates.To?.AddDays(1),
            Modalities = [.. keys.GetStrings(Tags.ModalitiesInStudy).Where(static value => value is not ("" or "*"))],
            Facility = facility,
        };
    }

    /// <summary>What the first group begins with, up to a wild card; other groups are found by comparing.</summary>
    private static string? PrefixOf(string name)
    {
        if (name.Contains('=', StringComparison.Ordinal)) return null;
        var folded = NameKey.Fold(name);
        if (folded.Any(static letter => letter > '~') || NameKey.ForShown(folded) is { } shown && shown != folded) return null;
        var end = folded.AsSpan().IndexOfAny('*', '?', '^');
        return (end < 0 ? folded : folded[..end]) is { Length: > 0 } prefix ? prefix : null;
    }

    private static IReadOnlyList<string> UidsOf(DataSet keys, Tag tag) =>
        [.. keys.GetStrings(tag).Where(static uid => uid.Length > 0 && !Wildcard.IsIn(uid))];

    private static string? Single(DataSet keys, Tag tag) =>
        keys.GetStrings(tag) is [{ Length: > 0 } value] && !Wildcard.IsIn(value) ? value : null;

    private static bool IsAboutTheMessage(Tag tag) => tag == Tags.SpecificCharacterSet || tag == Tags.TimezoneOffsetFromUtc
        || tag == Tags.QueryRetrieveLevel || tag == Tags.RetrieveAeTitle || tag == Tags.InstanceAvailability || tag.IsGroupLength;

    private static string Keyword(Tag tag) => DicomDictionary.TryGet(tag, out var entry) ? entry.Keyword : tag.ToString();
}
