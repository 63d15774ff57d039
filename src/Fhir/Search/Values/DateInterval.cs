using System.Globalization;

namespace CloudPacs.Fhir.Search.Values;

/// <summary>
/// The time that a date stands for, as a half-open interval: a year is all of it, a second all of that (FHIR R4 search.html 3.1.1.4.6).
/// </summary>
/// <param name="Low">The first moment, UTC; <see cref="DateTime.MinValue"/> for no beginning.</param>
/// <param name="High">The first moment after it, UTC; <see cref="DateTime.MaxValue"/> for no end.</param>
public readonly record struct DateInterval(DateTime Low, DateTime High)
{
    /// <summary>All of time.</summary>
    public static DateInterval Always { get; } = new(DateTime.MinValue, DateTime.MaxValue);

    /// <summary>Reads a date, dateTime or instant of FHIR, with as little of it as a search may give: a minute without seconds.</summary>
    /// <param name="text">Such as <c>2026</c>, <c>2026-03-10</c> or <c>2026-03-10T08:30:00.125+01:00</c>.</param>
    /// <param name="zone">Where a time without an offset, or a date, is meant.</param>
    /// <param name="interval">The time that it stands for.</param>
    /// <returns>False when it is none.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, TimeZoneInfo zone, out DateInterval interval)
    {
        interval = default;
        if (!TryNumber(text, 0, 4, out var year) || year == 0) return false;
        if (text.Length == 4) return Days(new DateTime(year, 1, 1), new DateTime(year, 12, 31), zone, out interval);
        if (!TryPart(text, 4, '-', out var month) || month is 0 or > 12) return false;
        var last = DateTime.DaysInMonth(year, month);
        if (text.Length == 7) return Days(new DateTime(year, month, 1), new DateTime(year, month, last), zone, out interval);
        if (!TryPart(text, 7, '-', out var day) || day == 0 || day > last) return false;
        if (text.Length == 10) return Days(new DateTime(year, month, day), new DateTime(year, month, day), zone, out interval);
        return TryTime(text, new DateTime(year, month, day), zone, out interval);
    }

    private static bool TryTime(ReadOnlySpan<byte> text, DateTime day, TimeZoneInfo zone, out DateInterval interval)
    {
        interval = default;
        if (!TryPart(text, 10, 'T', out var hour) || hour > 23 || !TryPart(text, 13, ':', out var minute) || minute > 59) return false;
        var (at, width) = (16, TimeSpan.FromMinutes(1));
        var time = day.AddHours(hour).AddMinutes(minute);
        if (at < text.Length && text[at] == ':')
        {
            // A leap second is the last one of its minute.
            if (!TryPart(text, at, ':', out var second) || second > 60) return false;
            time = time.AddSeconds(Math.Min(second, 59));
            (at, width) = (at + 3, TimeSpan.FromSeconds(1));
            if (at < text.Length && text[at] == '.' && !TryFraction(text, ref at, ref time, ref width)) return false;
        }

        if (!TryOffset(text[at..], out var offset)) return false;
        var low = offset is { } known ? Shifted(time, known) : ToUtc(time, zone);
        interval = new DateInterval(low, low > DateTime.MaxValue - width ? DateTime.MaxValue : low + width);
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, ref int at, ref DateTime time, ref TimeSpan width)
    {
        var start = ++at;
        var unit = TimeSpan.TicksPerSecond;
        while (at < text.Length && char.IsAsciiDigit((char)text[at]))
        {
            if (unit > 1)
            {
                unit /= 10;
                time = time.AddTicks((text[at] - '0') * unit);
            }

            at++;
        }

        // The database keeps microseconds.
        width = TimeSpan.FromTicks(Math.Max(unit, TimeSpan.TicksPerMicrosecond));
        return at > start;
    }

    /// <summary><c>Z</c>, an offset, or nothing; a space stands for a plus that was not encoded in a URL.</summary>
    private static bool TryOffset(ReadOnlySpan<byte> text, out TimeSpan? offset)
    {
        offset = null;
        if (text.IsEmpty) return true;
        if (text is [(byte)'Z'])
        {
            offset = TimeSpan.Zero;
            return true;
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-' or (byte)' ') || !TryNumber(text, 1, 2, out var hours)
            || !TryPart(text, 3, ':', out var minutes) || hours > 14 || minutes > 59)
            return false;
        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    /// <summary>From the beginning of the first day to the end of the last.</summary>
    private static bool Days(DateTime first, DateTime last, TimeZoneInfo zone, out DateInterval interval)
    {
        var end = last == DateTime.MaxValue.Date ? DateTime.MaxValue : ToUtc(last.AddDays(1), zone);
        interval = new DateInterval(ToUtc(first, zone), end);
        return true;
    }

    private static DateTime ToUtc(DateTime local, TimeZoneInfo zone) => Shifted(local, zone.GetUtcOffset(local));

    private static DateTime Shifted(DateTime time, TimeSpan offset)
    {
        var ticks = Math.Clamp(time.Ticks - offset.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
        return new DateTime(ticks, DateTimeKind.Utc);
    }

    private static bool TryPart(ReadOnlySpan<byte> text, int at, char separator, out int number)
    {
        number = 0;
        return at < text.Length && text[at] == separator && TryNumber(text, at + 1, 2, out number);
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, int at, int length, out int number)
    {
        number = 0;
        return at + length <= text.Length && Digits(text.Slice(at, length))
            && int.TryParse(text.Slice(at, length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static bool Digits(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
}
