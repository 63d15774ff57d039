namespace CloudPacs.Store.Orders;

/// <summary>
/// An imaging service request with its requested procedures. Keys are scoped identifiers; each may be absent, never all of them.
/// </summary>
public sealed class OrderRow(Guid id) : Row(id)
{
    public required Guid PatientId { get; set => SetKey(ref field, value); }

    public Guid? VisitId { get; set; }

    /// <summary>Name of the sender that placed the order (mapping file name).</summary>
    public required string Sender { get; set; }

    /// <summary>Facility whose stations see the steps; null = all.</summary>
    public string? Facility { get; set; }

    public Identifier? PlacerNumber { get; set => SetKey(ref field, value); }

    public Identifier? FillerNumber { get; set => SetKey(ref field, value); }

    /// <summary>ORC-8/OBR-29 parent order (placer number), for children of a split order.</summary>
    public Identifier? Parent { get; set; }

    /// <summary>Order named by the RP that this order replaced.</summary>
    public Guid? Replaces { get; set; }

    /// <summary>True for the ORC-1 = PA container: no steps of its own.</summary>
    public bool IsParent { get; set; }

    /// <summary>ORC-5 = ER was received: the FHIR status is entered-in-error.</summary>
    public bool EnteredInError { get; set; }

    /// <summary>ORC-9 and MSH-7 of the last applied message for the stale check (compared like with like).</summary>
    public DateTimeOffset? LastTransactionTime { get; set; }

    public DateTimeOffset? LastMessageTime { get; set; }

    public List<ProcedureRow> Procedures { get; } = [];

    private protected override Action CaptureValues()
    {
        var before = (OrderRow)MemberwiseClone();
        ProcedureRow[] procedures = [.. Procedures];
        return () =>
        {
            PatientId = before.PatientId;
            VisitId = before.VisitId;
            Sender = before.Sender;
            Facility = before.Facility;
            PlacerNumber = before.PlacerNumber;
            FillerNumber = before.FillerNumber;
            Parent = before.Parent;
            Replaces = before.Replaces;
            IsParent = before.IsParent;
            EnteredInError = before.EnteredInError;
            LastTransactionTime = before.LastTransactionTime;
            LastMessageTime = before.LastMessageTime;
            Procedures.Clear();
            Procedures.AddRange(procedures);
        };
    }
}
