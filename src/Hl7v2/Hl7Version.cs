namespace CloudPacs.Hl7v2;

/// <summary>A version of the standard, MSH-12: 2.major[.minor].</summary>
internal readonly record struct Hl7Version(int Major, int Minor) : IComparable<Hl7Version>
{
    public static readonly Hl7Version V231 = new(3, 1), V24 = new(4, 0), V25 = new(5, 0), V251 = new(5, 1), V27 = new(7, 0);

    /// <summary>Versions that the standard never had are read as 2.5.1 (A2).</summary>
    public static Hl7Version Parse(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text is ['2', '.', >= '1' and <= '9', ..])
        {
            var major = text[2] - '0';
            if (text.Length == 3) return new(major, 0);
            if (text.Length == 5 && text[3] == '.' && char.IsAsciiDigit(text[4])) return new(major, text[4] - '0');
        }

        return V251;
    }

    public int CompareTo(Hl7Version other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public static bool operator <(Hl7Version left, Hl7Version right) => left.CompareTo(right) < 0;

    public static bool operator >(Hl7Version left, Hl7Version right) => left.CompareTo(right) > 0;

    public static bool operator <=(Hl7Version left, Hl7Version right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Hl7Version left, Hl7Version right) => left.CompareTo(right) >= 0;
}
