namespace CloudPacs.Store.Orders;

/// <summary>
/// A cancel that came before its order; it closes the order when that comes within 24 h, unless the order is later than the cancel.
/// </summary>
public sealed class RememberedCancel(Guid id) : Row(id)
{
    public Identifier? PlacerNumber { get; init; }

    public Identifier? FillerNumber { get; init; }

    public Identifier? AccessionNumber { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public DateTimeOffset? TransactionTime { get; init; }

    public DateTimeOffset? MessageTime { get; init; }

    private protected override Action CaptureValues() => static () => { }; // never changes
}
