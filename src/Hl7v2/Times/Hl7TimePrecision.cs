namespace CloudPacs.Hl7v2;

/// <summary>How exactly a time is known: by what was sent, never more.</summary>
public enum Hl7TimePrecision : byte
{
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Fraction,
}
