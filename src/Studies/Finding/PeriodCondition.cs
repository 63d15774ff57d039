using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;
using CloudPacs.Domain;

namespace CloudPacs.Studies.Finding;

/// <summary>Keys for the date and the time of one event, compared together, in the zone of the query when it names one.</summary>
internal sealed class PeriodCondition : KeyCondition
{
    private readonly Tag _date, _time;
    private readonly bool _asksForTime;
    private readonly DateTimeWindow _window;
    private readonly QueryWays _ways;

    private PeriodCondition(Tag date, Tag time, bool asksForTime, DateTimeWindow window, QueryWays ways)
        : base(window.Fault?.Key ?? date, "range matching of date and time together, PS3.18 8.3.4.1.1") =>
        (_date, _time, _asksForTime, _window, _ways) = (date, time, asksForTime, window, ways);

    /// <returns>Null when the keys are compared each on its own, or universal.</returns>
    public static PeriodCondition? Of(DataSet keys, Tag date, Tag time, QueryWays ways)
    {
        var asksForTime = IsAsked(keys, time);
        if (ways.Offset is null && !(IsAsked(keys, date) && asksForTime)) return null;
        return DateTimeWindow.From(keys, date, time) is { } window
            ? new(date, time, asksForTime, window, ways) { Fault = window.Fault?.Text }
            : null;
    }

    /// <summary>What is not known matches no key (PS3.4 C.2.2.2.3).</summary>
    public override bool Matches(DataSet level) =>
        MomentOf(level, out var hasTime) is { } moment && (hasTime || !_asksForTime) && _window.Contains(moment);

    /// <summary>With parts of seconds; a day without a time is that day in every zone.</summary>
    private DateTime? MomentOf(DataSet level, out bool hasTime)
    {
        if (StudyTimes.Local(level, _date, _time, out hasTime) is not { } local) return null;
        if (!hasTime) return local;
        var exact = TemporalKey.TryTime(level.GetString(_time)!, out var timeOfDay) ? local.Date + timeOfDay : local;
        return _ways.Offset is { } offset && StudyTimes.Instant(level, _date, _time, _ways.Site, out _) is { } instant
            ? exact + (instant.ToOffset(offset).DateTime - local)
            : exact;
    }

    private static bool IsAsked(DataSet keys, Tag tag) => keys.GetStrings(tag).Any(static value => value is not ("" or "*"));
}
