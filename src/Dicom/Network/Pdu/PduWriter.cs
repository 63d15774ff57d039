using System.Buffers.Binary;

namespace CloudPacs.Dicom.Network.Pdu;

/// <summary>Writes the PDUs of fixed length and the headers of P-DATA-TF (PS3.8 9.3.4 to 9.3.8).</summary>
internal static class PduWriter
{
    public const int HeaderBytes = 6;
    public const int FixedPduBytes = 10;

    /// <summary>P-DATA-TF header, PDV length, context id and message control header.</summary>
    public const int DataHeaderBytes = HeaderBytes + 6;

    public static void Reject(Span<byte> pdu, AssociationRejection rejection) =>
        Fixed(pdu, PduType.AssociateRj, (byte)rejection.Result, (byte)rejection.Source, rejection.Reason);

    public static void ReleaseRq(Span<byte> pdu) => Fixed(pdu, PduType.ReleaseRq, 0, 0, 0);

    public static void ReleaseRp(Span<byte> pdu) => Fixed(pdu, PduType.ReleaseRp, 0, 0, 0);

    /// <summary>Source 0 is the service user, 2 the service provider.</summary>
    public static void Abort(Span<byte> pdu, byte source, AbortReason reason) => Fixed(pdu, PduType.Abort, 0, source, (byte)reason);

    /// <summary>Header of a P-DATA-TF that holds one presentation data value.</summary>
    public static void DataHeader(Span<byte> pdu, byte contextId, bool isCommand, bool isLast, int fragmentBytes)
    {
        pdu[0] = (byte)PduType.Data;
        pdu[1] = 0;
        BinaryPrimitives.WriteInt32BigEndian(pdu[2..], fragmentBytes + 6);
        BinaryPrimitives.WriteInt32BigEndian(pdu[6..], fragmentBytes + 2);
        pdu[10] = contextId;
        pdu[11] = (byte)((isCommand ? 1 : 0) | (isLast ? 2 : 0));
    }

    private static void Fixed(Span<byte> pdu, PduType type, byte result, byte source, byte reason)
    {
        pdu[0] = (byte)type;
        pdu[1] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(pdu[2..], 4);
        pdu[6] = 0;
        pdu[7] = result;
        pdu[8] = source;
        pdu[9] = reason;
    }
}
