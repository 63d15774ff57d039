namespace CloudPacs.Dicom.Network.Pdu;

/// <summary>Why the service provider aborts (PS3.8 table 9-26).</summary>
internal enum AbortReason : byte
{
    NotSpecified = 0,
    UnrecognizedPdu = 1,
    UnexpectedPdu = 2,
    UnrecognizedParameter = 4,
    UnexpectedParameter = 5,
    InvalidParameterValue = 6,
}
