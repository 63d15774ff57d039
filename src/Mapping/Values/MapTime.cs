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
        Value.ToString(Precision switch { TimePrecision.Year => "yyyy", TimePrecision.Month => "yyyy-MM", _ => "yyyy-MM-dd" },
        CultureInfo.InvariantCulture);

    /// <summary>FHIR dateTime: with a time it has seconds and the offset that was found.</summary>
    public string FhirDateTime() => HasTime ? FhirInstant()! : FhirDate();

    /// <summary>FHIR instant, or null without a time of day.</summary>
    public string? FhirInstant() => !HasTime ? null : Value.ToString(
        Value.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:sszzz" : "yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    /// <summary>Local date and time in the zone, kind Unspecified, whole seconds; dates are not shifted.</summary>
    public DateTime Local(TimeZoneInfo zone)
    {
        var local = HasTime ? TimeZoneInfo.ConvertTime(Value, zone).DateTime : Value.DateTime;
        return new DateTime(local.Ticks - (local.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Unspecified);
    }

    public int CompareTo(MapTime? other) => other is null ? 1 : Value.UtcTicks.CompareTo(other.Value.UtcTicks);

    public override string ToString() => FhirDateTime();

    private static void Write(Span<char> digits, int number)
    {
        for (var i = digits.Length - 1; i >= 0; i--, number /= 10) digits[i] = (char)('0' + (number % 10));
    }
}
