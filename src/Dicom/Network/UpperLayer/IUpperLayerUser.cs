using CloudPacs.Dicom.Network.Pdu;

namespace CloudPacs.Dicom.Network.UpperLayer;

/// <summary>
/// Who uses a connection: the accepting or the requesting side of DIMSE. Indications come one at a time from the receive loop, but aborts
/// may come from any thread.
/// </summary>
internal interface IUpperLayerUser
{
    /// <summary>Work is under way, so the silence of the peer is not idleness.</summary>
    bool IsBusy { get; }

    /// <summary>A-ASSOCIATE indication: answer with Accept or Reject.</summary>
    void AssociateRequested(AssociateParameters request);

    /// <summary>A-ASSOCIATE confirmation, accepted.</summary>
    void AssociateAccepted(AssociateParameters answer);

    /// <summary>A-ASSOCIATE confirmation, rejected.</summary>
    void AssociateRejected(AssociationRejection rejection);

    /// <summary>
    /// P-DATA indication: well-formed PDVs, valid until the task ends. Nothing more is read until then. False: the content is invalid,
    /// abort.
    /// </summary>
    ValueTask<bool> DataReceived(ReadOnlyMemory<byte> body);

    /// <summary>A-RELEASE indication: answer with ConfirmRelease when nothing is left to send.</summary>
    void ReleaseRequested();

    /// <summary>A-RELEASE confirmation. In a collision on the accepting side the peer's request still waits for ConfirmRelease.</summary>
    void Released();

    /// <summary>A-ABORT or A-P-ABORT indication.</summary>
    void Aborted(UpperLayerAbort abort);

    /// <summary>The answer that was waited for is overdue.</summary>
    void ResponseOverdue();
}
