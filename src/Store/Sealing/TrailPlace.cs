namespace CloudPacs.Store.Sealing;

/// <summary>Where a row stands in the audit trail: by its time, then by its id.</summary>
/// <param name="Microseconds">Its time, since 1970 in UTC.</param>
/// <param name="Id">Its id.</param>
public readonly record struct TrailPlace(long Microseconds, Guid Id) : IComparable<TrailPlace>
{
    /// <summary>The time of a place.</summary>
    public DateTimeOffset At => TimeOf(Microseconds);

    /// <summary>The time in whole microseconds, as the database keeps it.</summary>
    public static long MicrosecondsOf(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The time of a number of microseconds.</summary>
    public static DateTimeOffset TimeOf(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>In the order in which the database sorts.</summary>
    public int CompareTo(TrailPlace other) =>
        Microseconds == other.Microseconds ? Id.CompareTo(other.Id) : Microseconds.CompareTo(other.Microseconds);

    public static bool operator <(TrailPlace one, TrailPlace other) => one.CompareTo(other) < 0;

    public static bool operator >(TrailPlace one, TrailPlace other) => one.CompareTo(other) > 0;

    public static bool operator <=(TrailPlace one, TrailPlace other) => one.CompareTo(other) <= 0;

    public static bool operator >=(TrailPlace one, TrailPlace other) => one.CompareTo(other) >= 0;
}
