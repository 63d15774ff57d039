using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using CloudPacs.Hl7v2.Times;

namespace CloudPacs.Hl7v2;

/// <summary>
/// A date or point in time as sent (TS, DTM, DT; HL7 v2.5.1 2.A.77): local clock reading, precision, and the offset if one was given.
/// </summary>
/// <param name="Local">What the sender's clock showed, kind Unspecified; parts that were not sent are the earliest possible.</param>
/// <param name="Precision">The smallest part that was sent.</param>
/// <param name="Offset">Offset from UTC, null when none was sent.</param>
public readonly record struct Hl7Time(DateTime Local, Hl7TimePrecision Precision, TimeSpan? Offset)
{
    /// <summary>True when at least the hour is known.</summary>
    public bool HasTime => Precision >= Hl7TimePrecision.Hour;

    /// <summary>The calendar day, null when not even the day is known.</summary>
    public DateOnly? Date => Precision >= Hl7TimePrecision.Day ? DateOnly.FromDateTime(Local) : null;

    /// <summary>
    /// Reads <c>YYYY[MM[DD[HH[MM[SS[.S…]]]]]][+/-ZZZZ]</c>, and what senders make of it: ISO 8601, an offset with a colon, hour 24. Blanks
    /// around are ignored.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Hl7Time time) => Hl7TimeReader.TryRead(text, out time);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out Hl7Time)"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out Hl7Time time)
    {
        time = default;
        if (text is null || text.Length > 64) return false;
        Span<byte> bytes = stackalloc byte[64];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] > 0x7F) return false;
            bytes[i] = (byte)text[i];
        }

        return TryParse(bytes[..text.Length], out time);
    }

    /// <summary>The instant, with the given offset when the value has none of its own.</summary>
    public DateTimeOffset ToDateTimeOffset(TimeSpan defaultOffset)
    {
        var offset = Offset ?? defaultOffset;
        // At the ends of the calendar an offset can point outside of it.
        var ticks = Local.Ticks - offset.Ticks;
        return ticks < 0 || ticks > DateTime.MaxValue.Ticks ? new(Local, TimeSpan.Zero) : new(Local, offset);
    }

    /// <summary>The instant, read in <paramref name="zone"/> when the value has no offset of its own.</summary>
    public DateTimeOffset ToDateTimeOffset(TimeZoneInfo zone) => ToDateTimeOffset(zone, out _);

    /// <summary>
    /// The instant, read in <paramref name="zone"/> when the value has no offset of its own. In the gap and the overlap of a clock change
    /// the offset before the change is taken.
    /// </summary>
    /// <param name="zone">The zone of the sender.</param>
    /// <param name="isUncertain">True for a time inside a gap or overlap: worth a warning.</param>
    public DateTimeOffset ToDateTimeOffset(TimeZoneInfo zone, out bool isUncertain)
    {
        isUncertain = false;
        if (Offset is { } own) return ToDateTimeOffset(own);

        TimeSpan offset;
        if (zone.IsInvalidTime(Local))
        {
            isUncertain = true;
            var before = Local;
            while (zone.IsInvalidTime(before)) before = before.AddMinutes(-30);
            offset = zone.GetUtcOffset(before);
        }
        else if (zone.IsAmbiguousTime(Local))
        {
            isUncertain = true;
            offset = zone.GetAmbiguousTimeOffsets(Local).Max();
        }
        else
        {
            offset = zone.GetUtcOffset(Local);
        }

        return ToDateTimeOffset(offset);
    }

    /// <summary>The value as HL7 writes it, in its own precision (fractions with four digits).</summary>
    public override string ToString()
    {
        var format = Precision switch
        {
            Hl7TimePrecision.Year => "yyyy",
            Hl7TimePrecision.Month => "yyyyMM",
            Hl7TimePrecision.Day => "yyyyMMdd",
            Hl7TimePrecision.Hour => "yyyyMMddHH",
            Hl7TimePrecision.Minute => "yyyyMMddHHmm",
            Hl7TimePrecision.Second => "yyyyMMddHHmmss",
            _ => "yyyyMMddHHmmss.ffff",
        };
        return Local.ToString(format, CultureInfo.InvariantCulture) + (Offset is { } offset ? FormatOffset(offset) : "");
    }

    /// <summary>An instant to the second with its offset: <c>20260310093000+0530</c>.</summary>
    public static string Format(DateTimeOffset instant) =>
        instant.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) + FormatOffset(instant.Offset);

    private static string FormatOffset(TimeSpan offset) =>
        (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString("hhmm", CultureInfo.InvariantCulture);
}
