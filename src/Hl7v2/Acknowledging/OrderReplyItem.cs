namespace CloudPacs.Hl7v2;

/// <summary>What an order reply says about one order group of the request; null keeps what the request has.</summary>
/// <param name="OrderControl">ORC-1, such as OK, UA, CR, UC (HL7 table 0119).</param>
public sealed record OrderReplyItem(string OrderControl)
{
    /// <summary>ORC-2 and OBR-2, first component.</summary>
    public string? PlacerOrderNumber { get; init; }

    /// <summary>ORC-3 and OBR-3, first component.</summary>
    public string? FillerOrderNumber { get; init; }

    /// <summary>ORC-5 (table 0038).</summary>
    public string? OrderStatus { get; init; }

    /// <summary>OBR-18; IPC-1 in OMI.</summary>
    public string? AccessionNumber { get; init; }

    /// <summary>OBR-19; IPC-2 in OMI.</summary>
    public string? RequestedProcedureId { get; init; }

    /// <summary>OBR-20 (the first one); IPC-4 in OMI, paired with the IPC segments by position.</summary>
    public IReadOnlyList<string> ScheduledProcedureStepIds { get; init; } = [];

    /// <summary>ZDS-1; IPC-3 in OMI.</summary>
    public string? StudyInstanceUid { get; init; }

    /// <summary>Application that made the study UID, second component of ZDS-1.</summary>
    public string ApplicationId { get; init; } = "";

    /// <summary>IPC-5, when the reply has to make the IPC itself.</summary>
    public string? Modality { get; init; }
}
