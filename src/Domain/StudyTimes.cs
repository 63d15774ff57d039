using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;
using CloudPacs.Store.Studies;

namespace CloudPacs.Domain;

/// <summary>
/// When a study or series began, as its images say (PS3.3 C.7.2.1, C.7.3.1), by Timezone Offset From UTC or the zone of the site.
/// </summary>
public static class StudyTimes
{
    public static DateTimeOffset? Started(StudyRow study, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(study);
        return Instant(Attributes.Read(study.Attributes), Tags.StudyDate, Tags.StudyTime, zone, out _);
    }

    /// <param name="attributes">Of the study or series.</param>
    /// <param name="date">Attribute with the day.</param>
    /// <param name="time">Attribute with the time of day.</param>
    /// <param name="zone">Zone of the site.</param>
    /// <param name="hasTime">Whether more than the day is known.</param>
    /// <returns>Null when the day is not known; else the instant, at midnight when only the day is.</returns>
    public static DateTimeOffset? Instant(DataSet attributes, Tag date, Tag time, TimeZoneInfo zone, out bool hasTime)
    {
        if (Local(attributes, date, time, out hasTime) is not { } local) return null;
        return OffsetOf(attributes.GetString(Tags.TimezoneOffsetFromUtc)) is { } offset && local.Year is > 1 and < 9999
            ? new DateTimeOffset(local, offset)
            : SiteTime.InstantOf(zone, local);
    }

    /// <summary>The same as it is shown, whole seconds, kind Unspecified.</summary>
    public static DateTime? Local(DataSet attributes, Tag date, Tag time, out bool hasTime)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        hasTime = false;
        if (attributes.GetString(date) is not { } dayText || !TemporalKey.TryDate(dayText, out var day)) return null;
        var timeOfDay = TimeSpan.Zero;
        hasTime = attributes.GetString(time) is { } timeText && TemporalKey.TryTime(timeText, out timeOfDay) && timeOfDay.Days == 0;
        return day.ToDateTime(TimeOnly.MinValue) + (hasTime ? TimeSpan.FromSeconds(Math.Floor(timeOfDay.TotalSeconds)) : TimeSpan.Zero);
    }

    /// <summary><c>&amp;ZZXX</c>, within the day (PS3.3 C.12.1.1.8); null for anything else.</summary>
    public static TimeSpan? OffsetOf(string? text)
    {
        if (text is not [('+' or '-') and var sign, var h1, var h2, var m1, var m2]
            || !char.IsAsciiDigit(h1) || !char.IsAsciiDigit(h2) || !char.IsAsciiDigit(m1) || !char.IsAsciiDigit(m2)) return null;
        var minutes = (((h1 - '0') * 10) + h2 - '0') * 60 + ((m1 - '0') * 10) + m2 - '0';
        return minutes > 14 * 60 ? null : TimeSpan.FromMinutes(sign == '-' ? -minutes : minutes);
    }
}
