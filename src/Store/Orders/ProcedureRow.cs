namespace CloudPacs.Store.Orders;

/// <summary>A requested procedure: here the Study Instance UID is fixed (PS3.3 C.4.11).</summary>
public sealed class ProcedureRow(Guid id) : Row(id)
{
    public required Guid OrderId { get; init; }

    public required Identifier AccessionNumber { get; set => SetKey(ref field, value); }

    public required string RequestedProcedureId { get; set; }

    public required string StudyInstanceUid { get; set => SetKey(ref field, value); }

    /// <summary>Request- and procedure-level attributes.</summary>
    public StoredAttributes Attributes { get; set; } = StoredAttributes.None;

    public List<StepRow> Steps { get; } = [];

    private protected override Action CaptureValues()
    {
        var before = (ProcedureRow)MemberwiseClone();
        StepRow[] steps = [.. Steps];
        return () =>
        {
            AccessionNumber = before.AccessionNumber;
            RequestedProcedureId = before.RequestedProcedureId;
            StudyInstanceUid = before.StudyInstanceUid;
            Attributes = before.Attributes;
            Steps.Clear();
            Steps.AddRange(steps);
        };
    }
}
