namespace CloudPacs.Fhir.Validation;

/// <summary>Dates and times (FHIR R4 datatypes.html, date, dateTime, instant, time): the form, and that the day exists.</summary>
internal static class TimeRules
{
    public static bool IsDate(ReadOnlySpan<byte> value) => DateLength(value) == value.Length;

    public static bool IsDateTime(ReadOnlySpan<byte> value)
    {
        var date = DateLength(value);
        return date == value.Length || (date == 10 && IsTimeWithZone(value[10..]));
    }

    public static bool IsInstant(ReadOnlySpan<byte> value) => DateLength(value) == 10 && IsTimeWithZone(value[10..]);

    public static bool IsTime(ReadOnlySpan<byte> value) => TimeLength(value) == value.Length;

    /// <summary>How many bytes are a date; -1 when none are.</summary>
    private static int DateLength(ReadOnlySpan<byte> value)
    {
        var year = Number(value, 0, 4);
        if (year < 1) return -1;
        if (value.Length < 7 || value[4] != '-') return value.Length == 4 ? 4 : -1;
        var month = Number(value, 5, 2);
        if (month is < 1 or > 12) return -1;
        if (value.Length < 10 || value[7] != '-') return value.Length == 7 ? 7 : -1;
        var day = Number(value, 8, 2);
        return day >= 1 && day <= DateTime.DaysInMonth(year, month) ? 10 : -1;
    }

    private static bool IsTimeWithZone(ReadOnlySpan<byte> value)
    {
        if (value.Length == 0 || value[0] != 'T') return false;
        value = value[1..];
        var length = TimeLength(value);
        if (length < 0 || length == value.Length) return false;
        var zone = value[length..];
        if (zone[0] == 'Z') return zone.Length == 1;
        if (zone.Length != 6 || zone[0] is not ((byte)'+' or (byte)'-') || zone[3] != ':') return false;
        var (hours, minutes) = (Number(zone, 1, 2), Number(zone, 4, 2));
        return (hours is >= 0 and <= 13 && minutes is >= 0 and <= 59) || (hours == 14 && minutes == 0);
    }

    /// <summary>How many bytes are a time with its seconds; -1 when none are.</summary>
    private static int TimeLength(ReadOnlySpan<byte> value)
    {
        if (value.Length < 8 || value[2] != ':' || value[5] != ':') return -1;
        // 60 is the leap second.
        if (Number(value, 0, 2) is < 0 or > 23 || Number(value, 3, 2) is < 0 or > 59 || Number(value, 6, 2) is < 0 or > 60) return -1;
        if (value.Length == 8 || value[8] != '.') return 8;
        var end = value[9..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (end < 0) end = value.Length - 9;
        return end == 0 ? -1 : 9 + end;
    }

    private static int Number(ReadOnlySpan<byte> value, int start, int length)
    {
        if (value.Length < start + length) return -1;
        var number = 0;
        foreach (var digit in value.Slice(start, length))
        {
            if (digit is < (byte)'0' or > (byte)'9') return -1;
            number = (number * 10) + digit - '0';
        }

        return number;
    }
}
