namespace CloudPacs.Dicom.Network.Pdu;

/// <summary>The first byte of a protocol data unit (PS3.8 9.3.1).</summary>
internal enum PduType : byte
{
    AssociateRq = 1,
    AssociateAc,
    AssociateRj,
    Data,
    ReleaseRq,
    ReleaseRp,
    Abort,
}
