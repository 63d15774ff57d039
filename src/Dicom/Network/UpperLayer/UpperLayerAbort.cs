using CloudPacs.Dicom.Network.Pdu;

namespace CloudPacs.Dicom.Network.UpperLayer;

internal enum AbortOrigin : byte
{
    PeerUser,
    PeerProvider,
    LocalProvider,
    ConnectionLost,
    Idle,
}

/// <summary>How an association broke, as the local user is notified (A-ABORT and A-P-ABORT indications, PS3.8 7.3, 7.4).</summary>
internal readonly record struct UpperLayerAbort(AbortOrigin Origin, AbortReason Reason = AbortReason.NotSpecified)
{
    public override string ToString() => Origin switch
    {
        AbortOrigin.PeerUser => "the peer aborted the association",
        AbortOrigin.PeerProvider => $"the peer aborted the association over a protocol error: {ReasonText}",
        AbortOrigin.LocalProvider => $"the association was aborted because the peer broke the protocol: {ReasonText}",
        AbortOrigin.Idle => "it was aborted because nothing happened on it for too long",
        _ => "the connection was lost",
    };

    private string ReasonText => Reason switch
    {
        AbortReason.NotSpecified => "reason not specified",
        AbortReason.UnrecognizedPdu => "unrecognized PDU",
        AbortReason.UnexpectedPdu => "unexpected PDU",
        AbortReason.UnrecognizedParameter => "unrecognized PDU parameter",
        AbortReason.UnexpectedParameter => "unexpected PDU parameter",
        AbortReason.InvalidParameterValue => "invalid PDU parameter value",
        _ => $"reason {(byte)Reason}",
    };
}
