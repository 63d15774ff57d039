namespace CloudPacs.Dicom.Network;

/// <summary>
/// Serves C-GET (PS3.7 9.1.3) and C-MOVE (PS3.7 9.1.4) for the SOP classes it is registered for: it says what is to be sent, and where to;
/// the server sends it and tells the peer how that stands.
/// </summary>
public interface IRetrieveService : IDimseService
{
    /// <summary>
    /// Finds what is asked for. It begins on the association's own loop: it must await, never block, where it waits. A C-CANCEL, or the end
    /// of the association, cancels the token; letting the <see cref="OperationCanceledException"/> pass is the right answer. Any other
    /// exception is answered with C000H.
    /// </summary>
    ValueTask<RetrievePlan> FindAsync(RetrieveRequest request, CancellationToken cancellationToken);
}

/// <summary>A C-GET or C-MOVE request (PS3.7 9.1.3.1, 9.1.4.1).</summary>
public sealed record RetrieveRequest
{
    /// <summary>Who asks: titles, address, certificate, user.</summary>
    public required AssociationInfo Association { get; init; }

    public required string SopClassUid { get; init; }

    /// <summary>AE title to which C-MOVE sends, trimmed; null for C-GET, which sends to who asks.</summary>
    public required string? MoveDestination { get; init; }

    /// <summary>The unique keys.</summary>
    public required DataSet Identifier { get; init; }

    /// <summary>The same as received, in <see cref="TransferSyntax"/>.</summary>
    public required ReadOnlyMemory<byte> EncodedIdentifier { get; init; }

    /// <summary>What the identifier is encoded in.</summary>
    public required TransferSyntax TransferSyntax { get; init; }

    public string CallingAe => Association.CallingAe;
}

/// <summary>What a C-GET or C-MOVE leads to: what is to be sent, or why nothing is.</summary>
public sealed record RetrievePlan
{
    private RetrievePlan()
    {
    }

    /// <summary>Null: the instances are sent; else the final status, a failure.</summary>
    public ushort? Status { get; private init; }

    /// <summary>Why it failed, at most 64 ASCII characters, without patient data.</summary>
    public string? ErrorComment { get; private init; }

    /// <summary>The keys that caused it.</summary>
    public IReadOnlyList<Tag> OffendingElements { get; private init; } = [];

    /// <summary>What is sent, in this order.</summary>
    public IReadOnlyList<IStoredInstance> Instances { get; private init; } = [];

    /// <summary>Where C-MOVE sends, and what we call ourselves there; its contexts are made from the instances. Null for C-GET.</summary>
    public DicomClientOptions? Destination { get; private init; }

    public static RetrievePlan Send(IReadOnlyList<IStoredInstance> instances, DicomClientOptions? destination = null) =>
        new() { Instances = instances, Destination = destination };

    public static RetrievePlan Refuse(ushort status, string? errorComment = null, params IReadOnlyList<Tag> offendingElements) =>
        new() { Status = status, ErrorComment = errorComment, OffendingElements = offendingElements };
}

/// <summary>How a C-GET or C-MOVE stands: its sub-operations by what became of them (PS3.7 9.1.3.1.7 to 10).</summary>
/// <param name="Remaining">Not yet begun, or under way; null where it is not told: in final responses but that to a cancel.</param>
/// <param name="Completed">Taken.</param>
/// <param name="Failed">Not taken.</param>
/// <param name="Warning">Taken with a warning.</param>
public readonly record struct SubOperationCounts(ushort? Remaining, ushort Completed, ushort Failed, ushort Warning);
