namespace CloudPacs.Hl7v2;

/// <summary>
/// A time of day as sent (TM, <c>HHMM[SS[.S…]][+/-ZZZZ]</c>; HL7 v2.5.1 2.A.75). Hour 24 is the midnight that starts the day.
/// </summary>
/// <param name="Local">What the sender's clock showed.</param>
/// <param name="Offset">Offset from UTC, null when none was sent.</param>
public readonly record struct Hl7TimeOfDay(TimeOnly Local, TimeSpan? Offset)
{
    public static bool TryParse(ReadOnlySpan<byte> text, out Hl7TimeOfDay time)
    {
        time = default;
        // The rules are those of the second half of a date and time, so a day in front makes it one.
        text = text.Trim(" \t"u8);
        if (text.Length is < 2 or > 32 || text.Contains((byte)'T')) return false;
        Span<byte> full = stackalloc byte[8 + text.Length];
        "20000101"u8.CopyTo(full);
        text.CopyTo(full[8..]);
        if (!Hl7Time.TryParse(full, out var parsed) || !parsed.HasTime) return false;
        time = new(TimeOnly.FromDateTime(parsed.Local), parsed.Offset);
        return true;
    }
}
