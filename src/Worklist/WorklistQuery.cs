using System.Collections.Frozen;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;
using CloudPacs.Domain;
using CloudPacs.Store;

namespace CloudPacs.Worklist;

/// <summary>
/// A worklist query made ready: the keys that are not universal as conditions, what an index can use of them, and the rules of the calling
/// station (PS3.4 K.6.1.2.2; visibility and default status by the site). One matcher for C-FIND and for searches over HTTP.
/// </summary>
public sealed class WorklistQuery
{
    /// <summary>
    /// What an entry keeps apart is compared without putting its data set together: a walk over a long list must be cheap.
    /// </summary>
    private static readonly FrozenDictionary<Tag, Func<WorklistEntry, string>> KeptApart = new Dictionary<Tag, Func<WorklistEntry, string>>
    {
        [Tags.AccessionNumber] = static entry => entry.AccessionNumber,
        [Tags.PatientId] = static entry => entry.Patient.PatientId,
        [Tags.StudyInstanceUid] = static entry => entry.StudyInstanceUid,
        [Tags.RequestedProcedureId] = static entry => entry.RequestedProcedureId,
        [Tags.Modality] = static entry => entry.Modality,
        [Tags.ScheduledProcedureStepId] = static entry => entry.StepId,
    }.ToFrozenDictionary();

    private const string StartRule = "scheduled start, PS3.4 C.2.2.2.5 and K.6.1.2.2 (date and time ranges form one period)";

    private readonly List<(KeyCondition Key, Func<WorklistEntry, bool> Test)> _quick = [];
    private readonly List<KeyCondition> _root = [];
    private readonly List<KeyCondition> _step = [];
    private readonly DateTimeWindow? _start;
    private readonly StationKey? _station;
    private readonly ValueCondition? _status;
    private readonly StationProfile _profile;

    private WorklistQuery(DataSet identifier, StationProfile profile)
    {
        _profile = profile;
        AccessionNumber = Single(identifier, Tags.AccessionNumber);
        PatientId = Single(identifier, Tags.PatientId);
        StudyInstanceUids = identifier.GetStrings(Tags.StudyInstanceUid);
        Names = identifier.GetStrings(Tags.PatientName) is [var name] && !name.Contains('=', StringComparison.Ordinal) ? Forms(name) : [];
        foreach (var key in identifier)
        {
            if (key.Tag == Tags.ScheduledProcedureStepSequence || IsAboutTheMessage(key.Tag)) continue;
            if (KeyRules.For(key, WorklistAttributes.Root, _profile.ListMatching) is { } condition) Add(condition, _root);
        }

        var stepKeys = identifier.GetItems(Tags.ScheduledProcedureStepSequence) is [var first, ..] ? first : new DataSet();
        foreach (var key in stepKeys)
        {
            if (key.Tag == Tags.ScheduledProcedureStepStartDate || key.Tag == Tags.ScheduledProcedureStepStartTime) continue;
            if (key.Tag == Tags.ScheduledStationAeTitle)
            {
                _station = StationKey.From(key, _profile);
                if (_station?.Fault is { } wrong) Refuse(key.Tag, wrong);
            }
            else if (
                KeyRules.For(
                    key, WorklistAttributes.Root.In(Tags.ScheduledProcedureStepSequence), _profile.ListMatching) is not { } condition)
                continue;
            else if (key.Tag == Tags.ScheduledProcedureStepStatus && condition is ValueCondition { Fault: null } asked) _status = asked;
            else Add(condition, _step);
        }

        _start = DateTimeWindow.From(stepKeys, Tags.ScheduledProcedureStepStartDate, Tags.ScheduledProcedureStepStartTime);
        if (_start?.Fault is var (tag, fault)) Refuse(tag, fault);
    }

    /// <summary>A key that nothing can ever match, and why: whoever asks has made a mistake; null when there is none.</summary>
    public (Tag Key, string Text)? Fault { get; private set; }

    /// <summary>Exact accession number asked for, or null.</summary>
    internal string? AccessionNumber { get; }

    internal string? PatientId { get; }

    internal IReadOnlyList<string> StudyInstanceUids { get; }

    /// <summary>
    /// Folded name key of one group, wild cards included, and where it differs the form in which stations are shown names; or empty.
    /// </summary>
    internal IReadOnlyList<string> Names { get; }

    internal DateTimeWindow? Start => _start;

    /// <summary>The one station AE title asked for, when entries without a station cannot match it; or null.</summary>
    internal StationKey? Station => _station;

    /// <param name="identifier">The request identifier, text in Unicode.</param>
    /// <param name="profile">What is known of the station that asks.</param>
    public static WorklistQuery Parse(DataSet identifier, StationProfile profile) => new(identifier, profile);

    /// <param name="now">Local time of the site.</param>
    public bool Matches(WorklistEntry entry, DateTime now) => Refusal(entry, now) is null;

    /// <summary>Why the entry is not in the answer: the key or rule that turned it down; null when it is in the answer.</summary>
    public string? WhyNot(WorklistEntry entry, DateTime now) => Refusal(entry, now) switch
    {
        null => null,
        string reason => reason,
        KeyCondition key => $"{Keyword(key.Tag)} differs: {key.Rule}",
        var other => other.ToString(),
    };

    private object? Refusal(WorklistEntry entry, DateTime now)
    {
        if (!FacilityRule.Admits(_profile.Facility, entry.Facility))
            return "the entry belongs to another facility than the calling station";
        if (entry.VisibleUntil < now) return "the entry has expired (Worklist:KeepVisible after its scheduled start)";
        if (_status is not null ? !_status.Matches(StepStates.Status(entry.State)) : !WorklistStates.IsListed(entry.State))
        {
            var reason = _status is null ? "the default filter hides" : "is not the status asked for";
            return $"the step is {StepStates.Status(entry.State)}, which {reason}";
        }

        if (_profile.OwnEntriesOnly && !_profile.OwnKey.Matches(entry)) return "the station may only see its own entries";
        if (_station is not null && !_station.Matches(entry)) return $"ScheduledStationAETitle differs: {StationKey.Rule}";
        if (_start is not null && !_start.Contains(entry.Start)) return $"the scheduled start lies outside: {StartRule}";
        foreach (var (key, test) in _quick)
            if (!test(entry)) return key;
        if (_root.Count == 0 && _step.Count == 0) return null;
        var whole = entry.Compose();
        return _root.Find(key => !key.Matches(whole)) ?? _step.Find(
            key => !key.Matches(whole.GetItems(Tags.ScheduledProcedureStepSequence)[0]));
    }

    private void Add(KeyCondition condition, List<KeyCondition> level)
    {
        if (condition.Faulty is { } faulty) Refuse(faulty.Tag, faulty.Fault!);
        if (condition is not ValueCondition value) level.Add(condition);
        else if (value.Tag == Tags.PatientName && Names.Count > 0) _quick.Add((value, entry => IsNamed(entry.Patient.NameGroups)));
        else if (KeptApart.TryGetValue(value.Tag, out var kept)) _quick.Add((value, entry => value.Matches(kept(entry))));
        else level.Add(condition);
    }

    private bool IsNamed(IReadOnlyList<string> groups)
    {
        foreach (var name in Names)
            foreach (var group in groups)
                if (Wildcard.Matches(name, group)) return true;
        return false;
    }

    private static string[] Forms(string name)
    {
        var folded = NameKey.Fold(name);
        return NameKey.ForShown(folded) is { } shown && shown != folded ? [folded, shown] : [folded];
    }

    private void Refuse(Tag key, string fault) => Fault = (key, $"{Keyword(key)} {fault}");

    private static bool IsAboutTheMessage(Tag tag) =>
        tag == Tags.SpecificCharacterSet || tag == Tags.TimezoneOffsetFromUtc || tag.IsGroupLength;

    private static string? Single(DataSet identifier, Tag tag) =>
        identifier.GetStrings(tag) is [{ Length: > 0 } value] && !Wildcard.IsIn(value) ? value : null;

    private static string Keyword(Tag tag) => DicomDictionary.TryGet(tag, out var entry) ? entry.Keyword : tag.ToString();
}
