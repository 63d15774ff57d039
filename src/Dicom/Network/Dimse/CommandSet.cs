namespace CloudPacs.Dicom.Network.Dimse;

/// <summary>The elements of group 0000 (PS3.7 annex E); null is absent. Which of them a message has is in PS3.7 9.3 and 10.3.</summary>
internal sealed record CommandSet
{
    public CommandField Field { get; init; }

    /// <summary>Command Data Set Type is not 0101H.</summary>
    public bool HasDataSet { get; init; }

    public string? AffectedSopClassUid { get; init; }

    public string? RequestedSopClassUid { get; init; }

    public ushort? MessageId { get; init; }

    /// <summary>
    /// The Message ID of a request. It is mandatory (PS3.7 9.3.2.1), and some modalities leave it out all the same: then it is 0.
    /// </summary>
    public ushort MessageIdOrZero => MessageId ?? 0;

    public ushort? MessageIdBeingRespondedTo { get; init; }

    public ushort? Priority { get; init; }

    public ushort? Status { get; init; }

    public IReadOnlyList<Tag> OffendingElements { get; init; } = [];

    /// <summary>At most 64 characters; longer text is cut when written.</summary>
    public string? ErrorComment { get; init; }

    public ushort? ErrorId { get; init; }

    public string? AffectedSopInstanceUid { get; init; }

    public string? RequestedSopInstanceUid { get; init; }

    public ushort? EventTypeId { get; init; }

    public ushort? ActionTypeId { get; init; }

    public IReadOnlyList<Tag> AttributeIdentifiers { get; init; } = [];

    /// <summary>AE title to which C-MOVE sends.</summary>
    public string? MoveDestination { get; init; }

    /// <summary>How a C-GET or C-MOVE stands; null for messages that do not say.</summary>
    public SubOperationCounts? SubOperations { get; init; }

    /// <summary>Who asked for the instance that a C-STORE brings; null when nobody did.</summary>
    public MoveOriginator? MoveOriginator { get; init; }

    public bool IsResponse => (Field & CommandField.Response) != 0;
}
