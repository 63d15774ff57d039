using System.Globalization;

namespace CloudPacs.Mapping.Values;

/// <summary>How much of a time was given.</summary>
public enum TimePrecision : byte { Year, Month, Day, Hour, Minute, Second, Fraction }

/// <summary>
/// A point in time whose zone is known: the offset is the one that was found in the text, in MSH-7, or by the sender's or site's zone.
/// Dates (precision up to the day) have no zone; their offset is zero and means nothing.
/// </summary>
public sealed record MapTime(DateTimeOffset Value, TimePrecision Precision)
{
    public bool HasTime => Precision >= TimePrecision.Hour;

    /// <summary>DICOM DA, eight digits in the given zone; null when the date is partial (PS3.5 6.2).</summary>
    public string? DicomDate(TimeZoneInfo zone) => DicomDate(Local(zone));

    /// <summary>The same of the local time in that zone.</summary>
    public string? DicomDate(DateTime local) =>
        Precision < TimePrecision.Day ? null : string.Create(8, local, static (text, local) =>
        {
            Write(text[..4], local.Year);
            Write(text[4..6], local.Month);
            Write(text[6..], local.Day);
        });

    /// <summary>DICOM TM, always <c>HHMMSS</c>, in the given zone; null without a time of day.</summary>
    public string? DicomTime(TimeZoneInfo zone) => DicomTime(Local(zone));

    /// <summary>The same of the local time in that zone.</summary>
    public string? DicomTime(DateTime local) =>
        !HasTime ? null : string.Create(6, local, static (text, local) =>
        {
            Write(text[..2], local.Hour);
            Write(text[2..4], local.Minute);
            Write(text[4..], local.Second);
        });

    /// <summary>FHIR date: as precise as given, never shifted.</summary>
    public string FhirDate() =>
        string.Create(Precision switch { TimePrecision.Year => 4, TimePrecision.Month => 7, _ => 10 }, Value.DateTime, WriteDate);

    /// <summary>FHIR dateTime: with a time it has seconds and the offset that was found.</summary>
    public string FhirDateTime() => HasTime ? FhirInstant()! : FhirDate();

    /// <summary>FHIR instant, or null without a time of day.</summary>
    public string? FhirInstant() => !HasTime ? null : string.Create(Value.Millisecond == 0 ? 25 : 29, Value, static (text, at) =>
    {
        WriteDate(text[..10], at.DateTime);
        text[10] = 'T';
        WriteTime(text[11..19], at.DateTime);
        if (text.Length > 25)
        {
            text[19] = '.';
            Write(text[20..23], at.Millisecond);
        }

        text[^6] = at.Offset < TimeSpan.Zero ? '-' : '+';
        Write(text[^5..^3], Math.Abs(at.Offset.Hours));
        text[^3] = ':';
        Write(text[^2..], Math.Abs(at.Offset.Minutes));
    });

    /// <summary>Local date and time in the zone, kind Unspecified, whole seconds; dates are not shifted.</summary>
    public DateTime Local(TimeZoneInfo zone)
    {
        var local = HasTime ? TimeZoneInfo.ConvertTime(Value, zone).DateTime : Value.DateTime;
        return new DateTime(local.Ticks - (local.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Unspecified);
    }

    /// <summary>A FHIR dateTime as it was written here; null for anything else.</summary>
    public static MapTime? OfFhir(string? text)
    {
        var (form, precision) = text?.Length switch
        {
            4 => ("yyyy", TimePrecision.Year),
            7 => ("yyyy-MM", TimePrecision.Month),
            10 => ("yyyy-MM-dd", TimePrecision.Day),
            25 => ("yyyy-MM-ddTHH:mm:sszzz", TimePrecision.Second),
            _ => ("yyyy-MM-ddTHH:mm:ss.fffzzz", TimePrecision.Fraction),
        };
        return DateTimeOffset.TryParseExact(text, form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new MapTime(time, precision)
            : null;
    }

    /// <summary>Whether it lies before another one as far as both are given: a day is not before a time on that day.</summary>
    public bool IsBefore(MapTime other)
    {
        if (HasTime && other.HasTime) return Value < other.Value;
        var (mine, its) = (FhirDate(), other.FhirDate());
        var length = Math.Min(mine.Length, its.Length);
        return string.CompareOrdinal(mine, 0, its, 0, length) < 0;
    }

    public int CompareTo(MapTime? other) => other is null ? 1 : Value.UtcTicks.CompareTo(other.Value.UtcTicks);

    public override string ToString() => FhirDateTime();

    private static void WriteDate(Span<char> text, DateTime local)
    {
        Write(text[..4], local.Year);
        if (text.Length < 7) return;
        text[4] = '-';
        Write(text[5..7], local.Month);
        if (text.Length < 10) return;
        text[7] = '-';
        Write(text[8..], local.Day);
    }

    private static void WriteTime(Span<char> text, DateTime local)
    {
        Write(text[..2], local.Hour);
        text[2] = ':';
        Write(text[3..5], local.Minute);
        text[5] = ':';
        Write(text[6..], local.Second);
    }

    private static void Write(Span<char> digits, int number)
    {
        for (var i = digits.Length - 1; i >= 0; i--, number /= 10) digits[i] = (char)('0' + (number % 10));
    }
}
