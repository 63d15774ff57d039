namespace CloudPacs.Worklist;

/// <summary>Time as the site's walls show it.</summary>
public sealed class SiteClock(TimeProvider clock, TimeZoneInfo zone)
{
    public TimeZoneInfo Zone { get; } = zone;

    public TimeProvider Clock { get; } = clock;

    public DateTime LocalNow => TimeZoneInfo.ConvertTime(Clock.GetUtcNow(), Zone).DateTime;
}
