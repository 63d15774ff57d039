namespace CloudPacs.Hl7v2;

/// <summary>
/// HL7 table 0008, written to MSA-1: A for the application acknowledgement, C for the accept (commit) acknowledgement of enhanced mode;
/// accept, error, reject.
/// </summary>
public enum AcknowledgmentCode
{
    AA,
    AE,
    AR,
    CA,
    CE,
    CR,
}
