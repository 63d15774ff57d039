using System.Globalization;

namespace CloudPacs.Dicom.Matching;

/// <summary>
/// DT keys (PS3.5 6.2): <c>YYYY[MM[DD[HH[MM[SS[.F]]]]]][&amp;ZZXX]</c>; a hyphen is a range unless it is the sign of an offset.
/// </summary>
public static class DateTimeKey
{
    public static bool TryParse(string key, out TemporalRange<DateTime> range, out bool isRange)
    {
        range = default;
        var text = key.Trim();
        isRange = false;
        if (TryInstant(text, out var single))
        {
            range = new(single, single);
            return true;
        }

        for (var dash = text.IndexOf('-', StringComparison.Ordinal); dash >= 0; dash = text.IndexOf('-', dash + 1))
        {
            DateTime? from = null, to = null;
            if (dash > 0 && !(TryInstant(text[..dash], out var f) && (from = f) is not null)) continue;
            if (dash < text.Length - 1 && !(TryInstant(text[(dash + 1)..], out var t) && (to = t) is not null)) continue;
            if (from is null && to is null) continue;
            range = new(from, to);
            return isRange = true;
        }

        return false;
    }

    /// <summary>
    /// An instant; with an offset it is converted to UTC, without one it is local time of the site: the two are compared as they stand.
    /// </summary>
    public static bool TryInstant(string text, out DateTime instant)
    {
        instant = default;
        var offset = TimeSpan.Zero;
        var sign = text.LastIndexOfAny(['+', '-']);
        if (sign >= 4 && text.Length - sign == 5 && text[(sign + 1)..].All(char.IsAsciiDigit))
        {
            offset = new TimeSpan(
                int.Parse(text.AsSpan(sign + 1, 2), CultureInfo.InvariantCulture),
                int.Parse(text.AsSpan(sign + 3, 2), CultureInfo.InvariantCulture), 0);
            if (text[sign] == '-') offset = -offset;
            text = text[..sign];
        }

        var digits = text;
        var fraction = 0m;
        if (text.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0)
        {
            digits = text[..dot];
            if (!decimal.TryParse("0" + text[dot..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out fraction))
                return false;
        }

        if (digits.Length is not (4 or 6 or 8 or 10 or 12 or 14)) return false;
        var full = digits + "00000101000000"[digits.Length..];
        if (!DateTime.TryParseExact(full, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out instant)) return false;
        instant = instant.AddTicks((long)(fraction * TimeSpan.TicksPerSecond)) - offset;
        return true;
    }
}
