namespace CloudPacs.Dicom.Matching;

/// <summary>
/// The date and time keys of one event together (PS3.4 K.6.1.2.2, note on the start attributes): two ranges are one period from the first
/// date at the first time to the last date at the last time; in every other combination date and time are compared each on its own.
/// </summary>
public sealed class DateTimeWindow
{
    private readonly TemporalRange<DateTime>? _period;
    private readonly TemporalRange<DateOnly>? _dates;
    private readonly TemporalRange<TimeSpan>? _times;

    private DateTimeWindow(
        (Tag Key, TemporalRange<DateOnly>? Range) date, (Tag Key, TemporalRange<TimeSpan>? Range) time, bool combined,
        (Tag Key, string Text)? fault)
    {
        var ((dateTag, dates), (timeTag, times)) = (date, time);
        Fault = fault;
        if (combined && dates is { } d && times is { } t)
        {
            _period = new(
                d.From is { } from ? from.ToDateTime(TimeOnly.MinValue) + (t.From ?? TimeSpan.Zero) : null,
                d.To is { } to ? to.ToDateTime(TimeOnly.MinValue) + (t.To ?? LastOfDay) : null);
            First = _period.Value.From;
            Last = _period.Value.To;
            // Times of a period may run backwards, as from one evening to the next morning.
            if (_period.Value.IsEmpty) Fault ??= (d.IsEmpty ? dateTag : timeTag, KeyRules.Reversed);
            return;
        }

        if (dates is { IsEmpty: true }) Fault ??= (dateTag, KeyRules.Reversed);
        if (times is { IsEmpty: true }) Fault ??= (timeTag, KeyRules.Reversed);

        _dates = dates;
        _times = times;
        First = dates?.From?.ToDateTime(TimeOnly.MinValue);
        Last = dates?.To is { } last ? last.ToDateTime(TimeOnly.MinValue) + LastOfDay : null;
    }

    /// <summary>Nothing that happens before it, or after <see cref="Last"/>, can match: what an index needs.</summary>
    public DateTime? First { get; }

    public DateTime? Last { get; }

    /// <summary>The key that nothing can ever match, and why; null when both have a meaning.</summary>
    public (Tag Key, string Text)? Fault { get; }

    /// <summary>The window of a level of a query; null when both keys are universal.</summary>
    public static DateTimeWindow? From(DataSet keys, Tag dateTag, Tag timeTag)
    {
        TemporalRange<DateOnly>? dates = null;
        TemporalRange<TimeSpan>? times = null;
        bool dateRange = false, timeRange = false;
        (Tag, string)? fault = null;
        // Several values have no meaning in the standard, so nothing matches them; joined they are no date.
        if (Text(keys, dateTag) is { } date)
        {
            if (TemporalKey.TryParseDates(date, out var range, out dateRange)) dates = range;
            else fault = (dateTag, KeyRules.NoDates);
        }

        if (Text(keys, timeTag) is { } time)
        {
            if (TemporalKey.TryParseTimes(time, out var range, out timeRange)) times = range;
            else fault ??= (timeTag, KeyRules.NoTimes);
        }

        return dates is null && times is null && fault is null
            ? null
            : new DateTimeWindow((dateTag, dates), (timeTag, times), dateRange && timeRange, fault);
    }

    private static string? Text(DataSet keys, Tag tag) =>
        string.Join('\\', keys.GetStrings(tag)) is var text and not ("" or "*" or "-") ? text : null;

    public bool Contains(DateTime moment)
    {
        if (Fault is not null) return false;
        if (_period is { } p) return p.Contains(moment);
        return (_dates is not { } d || d.Contains(DateOnly.FromDateTime(moment))) && (_times is not { } t || t.Contains(moment.TimeOfDay));
    }

    private static TimeSpan LastOfDay => TimeSpan.FromDays(1) - TimeSpan.FromTicks(1);
}
