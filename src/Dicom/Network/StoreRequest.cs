using System.IO.Pipelines;

namespace CloudPacs.Dicom.Network;

/// <summary>A C-STORE request (PS3.7 9.1.1.1).</summary>
public sealed record StoreRequest
{
    /// <summary>Who sends: titles, address, certificate, user.</summary>
    public required AssociationInfo Association { get; init; }

    public required string SopClassUid { get; init; }

    public required string SopInstanceUid { get; init; }

    public required ushort MessageId { get; init; }

    /// <summary>Who asked by C-MOVE that it is sent; null when its sender does so by itself, or does not say.</summary>
    public MoveOriginator? MoveOriginator { get; init; }

    /// <summary>What the data set is encoded in.</summary>
    public required TransferSyntax TransferSyntax { get; init; }

    /// <summary>
    /// The encoded data set, without file meta information. To be read by one reader at a time, until the operation returns.
    /// </summary>
    public required PipeReader DataSet { get; init; }
}

/// <summary>The status of a C-STORE (PS3.4 B.2.3).</summary>
/// <param name="Status">Success, a warning or a failure; see <see cref="DimseStatus"/>.</param>
/// <param name="ErrorComment">Why it failed, or what its sender should know, at most 64 ASCII characters, without patient data.</param>
public readonly record struct StoreResult(ushort Status, string? ErrorComment = null)
{
    public static readonly StoreResult Success = new(DimseStatus.Success);
}

/// <summary>Whose C-MOVE makes that an instance is sent (PS3.7 9.1.1.1.5, 9.1.1.1.6).</summary>
/// <param name="AeTitle">Who asked.</param>
/// <param name="MessageId">Message ID of the C-MOVE.</param>
public readonly record struct MoveOriginator(string AeTitle, ushort MessageId);
