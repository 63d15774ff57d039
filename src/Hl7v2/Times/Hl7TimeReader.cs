namespace CloudPacs.Hl7v2.Times;

/// <summary>Reads the time formats of the standard and those seen in the field.</summary>
internal static class Hl7TimeReader
{
    public static bool TryRead(ReadOnlySpan<byte> text, out Hl7Time time)
    {
        time = default;
        text = text.Trim(" \t"u8);
        if (!TryTakeOffset(ref text, out var offset)) return false;
        return TryReadClock(text, out var local, out var precision) && TryMake(local, precision, offset, out time);
    }

    /// <summary>Cuts a trailing <c>+0530</c>, <c>+05:30</c>, <c>+05</c> or <c>Z</c>.</summary>
    public static bool TryTakeOffset(ref ReadOnlySpan<byte> text, out TimeSpan? offset)
    {
        offset = null;
        if (text is [.., (byte)'Z'])
        {
            offset = TimeSpan.Zero;
            text = text[..^1];
            return true;
        }

        var sign = text.LastIndexOfAny((byte)'+', (byte)'-');
        // The minus signs inside an ISO 8601 date are none: there an offset only follows a time.
        var isIso = text.Length >= 7 && text[4] == '-' && (text.Length == 7 || text[7] == '-');
        if (sign < 4 || (isIso && sign < 11)) return true;

        var digits = text[(sign + 1)..];
        var hasColon = digits is [_, _, (byte)':', _, _];
        if (!hasColon && digits.Length is not (2 or 4)) return false;
        var minutes = 0;
        if (!TryNumber(digits[..2], out var hours) || (digits.Length > 2 && !TryNumber(digits[^2..], out minutes))) return false;
        if (minutes > 59 || hours * 60 + minutes > 14 * 60) return false;

        var size = new TimeSpan(hours, minutes, 0);
        offset = text[sign] == '-' ? -size : size;
        text = text[..sign];
        return true;
    }

    /// <summary>Reads up to the fraction; the parts are plain digits or ISO 8601 with its marks.</summary>
    private static bool TryReadClock(ReadOnlySpan<byte> text, out Parts parts, out Hl7TimePrecision precision)
    {
        parts = new Parts { Month = 1, Day = 1 };
        precision = Hl7TimePrecision.Year;
        if (text.Length < 4 || !TryNumber(text[..4], out parts.Year)) return false;
        text = text[4..];

        ReadOnlySpan<byte> marks = "--T::"u8;
        Span<int> values = stackalloc int[5];
        var isIso = text is [(byte)'-', ..];
        for (var i = 0; i < 5 && text.Length > 0 && text[0] != '.'; i++)
        {
            if (isIso)
            {
                var isMark = text[0] == marks[i] || (i == 2 && text[0] == ' ');
                if (!isMark) return false;
                text = text[1..];
            }

            if (text.Length < 2 || !TryNumber(text[..2], out values[i])) return false;
            text = text[2..];
            precision++;
        }

        if (precision >= Hl7TimePrecision.Month) parts.Month = values[0];
        if (precision >= Hl7TimePrecision.Day) parts.Day = values[1];
        (parts.Hour, parts.Minute, parts.Second) = (values[2], values[3], values[4]);
        if (text.IsEmpty) return true;
        if (precision != Hl7TimePrecision.Second || text is not [(byte)'.' or (byte)',', _, ..]) return false;
        precision = Hl7TimePrecision.Fraction;
        return TryFraction(text[1..], out parts.FractionTicks);
    }

    private static bool TryMake(in Parts parts, Hl7TimePrecision precision, TimeSpan? offset, out Hl7Time time)
    {
        time = default;
        if (parts.Year is < 1 or > 9999 || parts.Month is < 1 or > 12 || parts.Day < 1
            || parts.Day > DateTime.DaysInMonth(parts.Year, parts.Month))
            return false;
        if (!TryTimeOfDay(parts.Hour, parts.Minute, parts.Second, parts.FractionTicks, out var ticks)) return false;
        var day = new DateTime(parts.Year, parts.Month, parts.Day, 0, 0, 0, DateTimeKind.Unspecified);
        // Hour 24 of the last day that the calendar knows has no next day.
        if (DateTime.MaxValue.Ticks - day.Ticks < ticks) return false;
        time = new(day.AddTicks(ticks), precision, offset);
        return true;
    }

    /// <summary>
    /// Ticks since midnight; 24:00 is the midnight that ends the day, and a leap second is the second before it.
    /// </summary>
    public static bool TryTimeOfDay(int hour, int minute, int second, long fractionTicks, out long ticks)
    {
        if (second == 60) second = 59;
        ticks = new TimeSpan(hour, minute, second).Ticks + fractionTicks;
        return minute <= 59 && second <= 59 && ticks <= TimeSpan.TicksPerDay;
    }

    public static bool TryFraction(ReadOnlySpan<byte> digits, out long ticks)
    {
        ticks = 0;
        if (digits.Length is 0 or > 9 || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        for (var i = 0; i < 7; i++) ticks = ticks * 10 + (i < digits.Length ? digits[i] - '0' : 0);
        return true;
    }

    public static bool TryNumber(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        if (digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        foreach (var digit in digits) number = number * 10 + digit - '0';
        return true;
    }

    private struct Parts
    {
        public int Year, Month, Day, Hour, Minute, Second;
        public long FractionTicks;
    }
}
