namespace CloudPacs.Store.Orders;

/// <summary>A requested procedure: here the Study Instance UID is fixed (PS3.3 C.4.11).</summary>
public sealed class ProcedureRow(Guid id) : Row(id)
{
    public required Guid OrderId { get; init; }

    public required Identifier AccessionNumber { get; set; }

    public required string RequestedProcedureId { get; set; }

    public required string StudyInstanceUid { get; set; }

    /// <summary>Request- and procedure-level attributes as DICOM JSON, UTF-8.</summary>
    public ReadOnlyMemory<byte> Attributes { get; set; }

    public List<StepRow> Steps { get; } = [];

    private protected override Action CaptureValues()
    {
        var (accessionNumber, requestedProcedureId, studyInstanceUid, attributes) = (AccessionNumber, RequestedProcedureId, StudyInstanceUid, Attributes);
        StepRow[] steps = [.. Steps];
        return () =>
        {
            (AccessionNumber, RequestedProcedureId, StudyInstanceUid, Attributes) = (accessionNumber, requestedProcedureId, studyInstanceUid, attributes);
            Steps.Clear();
            Steps.AddRange(steps);
        };
    }
}
