namespace CloudPacs.Exchange.Outbound;

/// <summary>What systems are sent over DICOM about studies, as deliveries call it.</summary>
internal static class DicomKinds
{
    /// <summary>N-EVENT-REPORT to who has asked for storage commitment (PS3.4 J.3.3).</summary>
    public const string CommitmentReport = "commitment";

    public const string Committed = "committed";
    public const string CommittedInPart = "committed-in-part";

    /// <summary>C-STORE, and the request to commit to what was stored (PS3.4 annexes B and J).</summary>
    public const string Forward = "forward";

    /// <summary>N-CREATE that tells that instances are available (PS3.4 annex R).</summary>
    public const string Availability = "availability";

    /// <summary>Event Type ID of a report (PS3.4 table J.3.3-1).</summary>
    public static ushort EventTypeOf(string name) => (ushort)(name == Committed ? 1 : 2);
}
