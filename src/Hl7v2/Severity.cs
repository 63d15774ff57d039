namespace CloudPacs.Hl7v2;

/// <summary>How bad a problem is, in the words of HL7 table 0516; written to ERR-4.</summary>
public enum Severity
{
    Information,
    Warning,
    Error,
    Fatal,
}
