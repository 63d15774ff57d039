namespace CloudPacs.Hl7v2;

/// <summary>What became of a received message, as far as the answer depends on it (HL7 v2.5.1 2.9.2 and 2.9.3).</summary>
public enum MessageOutcome
{
    /// <summary>Stored and applied: AA, or CA.</summary>
    Applied,

    /// <summary>Stored, but its content could not be applied: AE; in enhanced mode CA first.</summary>
    ContentError,

    /// <summary>MSH-9, MSH-11 or MSH-12 is not acceptable here, or it is no HL7: AR, or CR.</summary>
    Rejected,

    /// <summary>
    /// It could not be stored, through no fault of the message (database down, busy): AR with code 207, or CE. It may be sent again
    /// unchanged.
    /// </summary>
    NotStored,

    /// <summary>The sender is not allowed, or a sequence number is out of order: AE, or CE.</summary>
    Refused,
}
