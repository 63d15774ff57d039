using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Evaluation;

/// <summary>Gives the times of a message their zone (HL7 v2.5.1 2.A.22 DTM: a time without offset is local time of the sender).</summary>
internal static class MapTimes
{
    private static readonly DateTime Earliest = new(1850, 1, 1);

    /// <summary>
    /// A time without offset is in: the zone that the rule names; the sender's when the offset of MSH-7 is to be ignored; else the offset
    /// of MSH-7; else the sender's zone (the site's when it has none). Never UTC by default. Pure dates are not shifted.
    /// </summary>
    public static MapTime? Read(EvalContext context, string? text, TimeZoneInfo? zone)
    {
        if (!Hl7Time.TryParse(text, out var time)) return null;
        var precision = (TimePrecision)time.Precision;
        if (IsUnlikely(context, time.Local)) context.Warn("unlikely-date", time.ToString());
        if (!time.HasTime) return new MapTime(new DateTimeOffset(time.Local, TimeSpan.Zero), precision);
        if (time.Offset is null && zone is null && !context.Settings.Policy.IgnoreMshOffset && context.MessageOffset is { } offset)
            return new MapTime(time.ToDateTimeOffset(offset), precision);
        var value = time.ToDateTimeOffset(zone ?? context.Settings.Zone, out var isUncertain);
        if (isUncertain) context.Warn("clock-change", time.ToString());
        return new MapTime(value, precision);
    }

    /// <summary>Long ago, or years ahead.</summary>
    public static bool IsUnlikely(EvalContext context, DateTime local) => local < Earliest || local.Year > context.Now.Year + 2;

    /// <summary>The date alone, never shifted.</summary>
    public static MapTime? ReadDate(string? text)
    {
        if (!Hl7Time.TryParse(text, out var time)) return null;
        var precision = time.HasTime ? TimePrecision.Day : (TimePrecision)time.Precision;
        return new MapTime(new DateTimeOffset(time.Local.Date, TimeSpan.Zero), precision);
    }
}
