using System.Globalization;

namespace CloudPacs.Dicom.Matching;

/// <summary>
/// DA and TM keys compared by meaning (PS3.4 C.2.2.2.1, C.2.2.2.5), bounds inside. A part of a time that is left out is zero:
/// <c>2230</c> equals <c>223000</c>.
/// </summary>
/// <param name="From">First value inside, or null for open.</param>
/// <param name="To">Last value inside, or null for open.</param>
public readonly record struct TemporalRange<T>(T? From, T? To)
    where T : struct, IComparable<T>
{
    /// <summary>Whether it ends before it begins, so that nothing is inside.</summary>
    public bool IsEmpty => From is { } from && To is { } to && from.CompareTo(to) > 0;

    public bool Contains(T value) => (From is not { } from || value.CompareTo(from) >= 0) && (To is not { } to || value.CompareTo(to) <= 0);
}

/// <summary>Keys that are dates and times, single or as ranges.</summary>
public static class TemporalKey
{
    /// <summary>Parses <c>YYYYMMDD</c>, <c>A-B</c>, <c>A-</c>, <c>-B</c>; also the old form with dots.</summary>
    public static bool TryParseDates(string key, out TemporalRange<DateOnly> range, out bool isRange)
    {
        range = default;
        var text = key.Trim();
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        isRange = dash >= 0;
        if (!isRange)
        {
            if (!TryDate(text, out var day)) return false;
            range = new(day, day);
            return true;
        }

        DateOnly? from = null, to = null;
        if (dash > 0 && !(TryDate(text[..dash], out var f) && (from = f) is not null)) return false;
        if (dash < text.Length - 1 && !(TryDate(text[(dash + 1)..], out var t) && (to = t) is not null)) return false;
        range = new(from, to);
        return from is not null || to is not null;
    }

    /// <summary>Parses <c>HH[MM[SS[.F]]]</c> and ranges of it; colons of the old form are taken.</summary>
    public static bool TryParseTimes(string key, out TemporalRange<TimeSpan> range, out bool isRange)
    {
        range = default;
        var text = key.Trim();
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        isRange = dash >= 0;
        if (!isRange)
        {
            // The end of a day is no time at which anything begins.
            if (!TryTime(text, out var time) || time == TimeSpan.FromDays(1)) return false;
            range = new(time, time);
            return true;
        }

        TimeSpan? from = null, to = null;
        if (dash > 0 && !(TryTime(text[..dash], out var f) && (from = f) is not null)) return false;
        if (dash < text.Length - 1 && !(TryTime(text[(dash + 1)..], out var t) && (to = t) is not null)) return false;
        range = new(from, to);
        return from is not null || to is not null;
    }

    public static bool TryDate(string text, out DateOnly date)
    {
        text = text.Trim();
        return DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date)
            || DateOnly.TryParseExact(text, "yyyy.MM.dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
    }

    /// <summary>Time of day; a leap second counts as second 59, and <c>240000</c> is the end of the day.</summary>
    public static bool TryTime(string text, out TimeSpan time)
    {
        time = default;
        var digits = text.Trim().Replace(":", "", StringComparison.Ordinal);
        var fraction = "";
        if (digits.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0)
        {
            fraction = digits[(dot + 1)..];
            digits = digits[..dot];
            if (digits.Length != 6 || fraction.Length is 0 or > 6 || !fraction.All(char.IsAsciiDigit)) return false;
        }

        if (digits.Length is not (2 or 4 or 6) || !digits.All(char.IsAsciiDigit)) return false;
        var hour = int.Parse(digits.AsSpan(0, 2), CultureInfo.InvariantCulture);
        var minute = digits.Length > 2 ? int.Parse(digits.AsSpan(2, 2), CultureInfo.InvariantCulture) : 0;
        var second = digits.Length > 4 ? int.Parse(digits.AsSpan(4, 2), CultureInfo.InvariantCulture) : 0;
        if (hour == 24 && minute == 0 && second == 0 && fraction.Length == 0)
        {
            time = TimeSpan.FromDays(1);
            return true;
        }

        if (hour > 23 || minute > 59 || second > 60) return false;
        time = new TimeSpan(hour, minute, Math.Min(second, 59));
        if (fraction.Length > 0) time += TimeSpan.FromMicroseconds(int.Parse(fraction.PadRight(6, '0'), CultureInfo.InvariantCulture));
        return true;
    }
}
