namespace CloudPacs.Domain;

/// <summary>Local times of a site and the instants that they are.</summary>
public static class SiteTime
{
    /// <summary>Kind Unspecified.</summary>
    public static DateTime LocalOf(TimeZoneInfo zone, DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, zone).DateTime;

    /// <summary>
    /// Of a local time that there is twice, the later one; where the offset leads out of the calendar, on its first and last day, it is
    /// taken as UTC.
    /// </summary>
    public static DateTimeOffset InstantOf(TimeZoneInfo zone, DateTime local)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var offset = zone.GetUtcOffset(local);
        var isInCalendar = local.Ticks - offset.Ticks >= DateTime.MinValue.Ticks && local.Ticks - offset.Ticks <= DateTime.MaxValue.Ticks;
        return new DateTimeOffset(local, isInCalendar ? offset : TimeSpan.Zero);
    }
}
