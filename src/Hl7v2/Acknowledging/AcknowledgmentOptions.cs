namespace CloudPacs.Hl7v2;

/// <summary>What an answer needs beside the request.</summary>
/// <param name="ControlId">MSH-10 of the answer.</param>
/// <param name="Now">MSH-7 of the answer.</param>
public sealed record AcknowledgmentOptions(string ControlId, DateTimeOffset Now)
{
    /// <summary>MSA-3; when null the text of the first problem is taken.</summary>
    public string? Text { get; init; }

    /// <summary>MSA-4, on links with the sequence number protocol (HL7 v2.5.1 2.10.1).</summary>
    public long? ExpectedSequenceNumber { get; init; }

    /// <summary>
    /// MSH-15 of an application acknowledgement in enhanced mode: AL asks the sender to confirm that it arrived. Null or empty asks for
    /// nothing.
    /// </summary>
    public string? AcceptAcknowledgment { get; init; }
}
