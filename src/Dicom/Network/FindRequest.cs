namespace CloudPacs.Dicom.Network;

/// <summary>A C-FIND request (PS3.7 9.1.2.1).</summary>
public sealed record FindRequest
{
    /// <summary>Who asks: titles, address, certificate, user.</summary>
    public required AssociationInfo Association { get; init; }

    public required string SopClassUid { get; init; }

    public required ushort MessageId { get; init; }

    /// <summary>The query keys.</summary>
    public required DataSet Identifier { get; init; }

    /// <summary>The same as received, in <see cref="TransferSyntax"/>.</summary>
    public required ReadOnlyMemory<byte> EncodedIdentifier { get; init; }

    /// <summary>What responses must be encoded in.</summary>
    public required TransferSyntax TransferSyntax { get; init; }

    /// <summary>What was agreed on by SOP class extended negotiation; empty when there was none.</summary>
    public ReadOnlyMemory<byte> ExtendedNegotiation { get; init; }

    public string CallingAe => Association.CallingAe;

    public string CalledAe => Association.CalledAe;
}
