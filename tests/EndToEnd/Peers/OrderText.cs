using System.Globalization;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>Text of an imaging order as a HIS sends it (ORM^O01 of IHE Scheduled Workflow).</summary>
internal sealed record OrderText(string Accession, string PatientId, string Name)
{
    private static int messages;

    public string Control { get; init; } = "NW";

    /// <summary>ORC-5.</summary>
    public string Status { get; init; } = "SC";

    public string Modality { get; init; } = "CT";

    public string Station { get; init; } = "CT7";

    /// <summary>Scheduled start, local time of the site.</summary>
    public string Start { get; init; } = "20261201093000";

    public string Procedure { get; init; } = "CTCHEST^CT Chest^L";

    /// <summary>When it was asked for (ORC-9).</summary>
    public string Asked { get; init; } = "20261124080000";

    /// <summary>Reason of the study (OBR-31.2); null = not said.</summary>
    public string? Reason { get; init; }

    /// <summary>A second order group in the same message, such as the RO after an RP.</summary>
    public OrderText? Then { get; init; }

    /// <summary>Of each accession number another one: two digits a character.</summary>
    public string StudyUid => $"1.2.826.0.1.3680043.10.9.1{string.Concat(Accession.Select(static c => (c - ' ').ToString("00", CultureInfo.InvariantCulture)))}";

    public string Patient => $"PID|1||{PatientId}^^^MERCY^MR||{Name}||19800203|F";

    public override string ToString() => Message("ORM^O01", "2.3.1", $"{Patient}\rPV1|1|O\r{Group}{Then?.Group}");

    /// <summary>A patient message about the same patient.</summary>
    public string Event(string trigger, string after = "") => Message($"ADT^{trigger}", "2.3.1", $"EVN|{trigger}|20261124080000\r{Patient}\r{after}PV1|1|O\r");

    /// <summary>Any message from the same HIS; each has a control id of its own.</summary>
    public static string Message(string type, string version, string segments) =>
        $"MSH|^~\\&|HIS|MERCY|CLOUDPACS|RAD|20261124080000||{type}|E2E{Environment.ProcessId}-{Interlocked.Increment(ref messages)}|P|{version}|||||IND|UNICODE UTF-8\r{segments}";

    private string Group =>
        $"ORC|{Control}|P{Accession}^HIS|F{Accession}^RIS||{Status}||^^^{Start}^^R||{Asked}|||1005^IYER^SURESH^^^DR||||||{Station}\r"
        + $"OBR|1|P{Accession}^HIS|F{Accession}^RIS|{Procedure}||||||||||||||{Accession}|RP{Accession}|S{Accession}||||{Modality}|||^^^{Start}^^R{(Reason is null ? "" : "||||^" + Reason)}\r"
        + $"ZDS|{StudyUid}^RIS^Application^DICOM\r";
}
