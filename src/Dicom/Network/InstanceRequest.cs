namespace CloudPacs.Dicom.Network;

/// <summary>A request of the normalized operations (PS3.7 10.1): N-CREATE, N-SET, N-GET, N-ACTION and N-EVENT-REPORT.</summary>
public sealed record InstanceRequest
{
    /// <summary>Who asks: titles, address, certificate, user.</summary>
    public required AssociationInfo Association { get; init; }

    public required string SopClassUid { get; init; }

    /// <summary>The instance; null when an N-CREATE leaves it to us to name it.</summary>
    public required string? SopInstanceUid { get; init; }

    public required ushort MessageId { get; init; }

    /// <summary>Action Type ID or Event Type ID; null for operations that have neither.</summary>
    public ushort? TypeId { get; init; }

    /// <summary>
    /// Attribute list, modification list, action or event information; empty when the request has none.
    /// </summary>
    public required DataSet DataSet { get; init; }

    /// <summary>The same as received, in <see cref="TransferSyntax"/>.</summary>
    public required ReadOnlyMemory<byte> EncodedDataSet { get; init; }

    public required TransferSyntax TransferSyntax { get; init; }

    /// <summary>The attributes that an N-GET asks for; empty = all.</summary>
    public IReadOnlyList<Tag> Attributes { get; init; } = [];

    /// <summary>Tells the requestor of what comes of it later; null where it cannot be told on the same association.</summary>
    public IEventChannel? Events { get; init; }
}

/// <summary>What came of such a request.</summary>
/// <param name="Status">Success, a warning or a failure; see <see cref="DimseStatus"/>.</param>
public sealed record InstanceResult(ushort Status)
{
    public static readonly InstanceResult Success = new(DimseStatus.Success);

    /// <summary>Why it failed, at most 64 ASCII characters, without patient data.</summary>
    public string? ErrorComment { get; init; }

    /// <summary>Error ID (0000,0903), which tells failures of one status apart (PS3.7 annex C).</summary>
    public ushort? ErrorId { get; init; }

    /// <summary>The attributes that are wrong (Attribute Identifier List of 0105H, 0107H, 0121H).</summary>
    public IReadOnlyList<Tag> Attributes { get; init; } = [];

    /// <summary>The instance that was made, when the request did not name it.</summary>
    public string? SopInstanceUid { get; init; }

    /// <summary>What the response carries; null for none.</summary>
    public DataSet? DataSet { get; init; }
}
