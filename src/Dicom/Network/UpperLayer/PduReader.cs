using System.Buffers.Binary;
using CloudPacs.Dicom.Network.Pdu;

namespace CloudPacs.Dicom.Network.UpperLayer;

internal enum PduStatus : byte
{
    /// <summary>More bytes are needed.</summary>
    NeedMore,

    /// <summary>A whole PDU is there.</summary>
    Pdu,

    /// <summary>The header is enough: in this state the body will not be looked at.</summary>
    HeaderOnly,

    /// <summary>Not a PDU, or longer than the state allows.</summary>
    Invalid,
}

/// <summary>What <see cref="PduReader.Read"/> found.</summary>
/// <param name="Status">How much of a PDU is there.</param>
/// <param name="Type">Its type.</param>
/// <param name="BodyBytes">Length of what follows the header, as declared.</param>
/// <param name="Reason">When invalid: the A-ABORT provider reason (PS3.8 table 9-26).</param>
internal readonly record struct PduResult(PduStatus Status, PduType Type, uint BodyBytes, AbortReason Reason = AbortReason.NotSpecified);

/// <summary>Finds the next PDU in a buffer (PS3.8 9.3). Pure: takes nothing, allocates nothing, never throws.</summary>
internal static class PduReader
{
    /// <summary>No honest A-ASSOCIATE-RQ comes near this: 128 contexts with 60 transfer syntaxes each are half of it.</summary>
    public const int MaxAssociateBytes = 1 << 20;

    /// <summary>Some peers count the header, or round up; a little more than announced harms nobody.</summary>
    public const int DataTolerance = 1024;

    private const int FixedBodyBytes = 4;
    private const int LeastDataBytes = 6;

    /// <param name="input">What has been received so far, from a PDU boundary.</param>
    /// <param name="state">Decides which bodies matter and how long they may be.</param>
    /// <param name="maxDataBytes">The Maximum Length that we announced.</param>
    public static PduResult Read(ReadOnlySpan<byte> input, State state, int maxDataBytes)
    {
        if (input.IsEmpty) return default;

        // The type alone unmasks HTTP, TLS and noise, so it is not made to wait for the length.
        var type = (PduType)input[0];
        if (type is < PduType.AssociateRq or > PduType.Abort)
            return new(PduStatus.Invalid, type, 0, AbortReason.UnrecognizedPdu);
        if (input.Length < PduWriter.HeaderBytes) return default;

        var length = BinaryPrimitives.ReadUInt32BigEndian(input[2..]);
        var (least, most) = Limits(type, state, maxDataBytes);
        if (most == 0) return new(PduStatus.HeaderOnly, type, length);
        if (length < least || length > most)
            return new(PduStatus.Invalid, type, length, AbortReason.InvalidParameterValue);

        var status = input.Length >= PduWriter.HeaderBytes + (int)length ? PduStatus.Pdu : PduStatus.NeedMore;
        return new(status, type, length);
    }

    // Zero: the state has no use for the body of such a PDU.
    private static (int Least, int Most) Limits(PduType type, State state, int maxDataBytes) => (type, state) switch
    {
        (_, State.Sta13) => default,
        (PduType.AssociateRq, State.Sta2) or (PduType.AssociateAc, State.Sta5) => (AssociateReader.FixedBytes, MaxAssociateBytes),
        (PduType.AssociateRj, State.Sta5) => (FixedBodyBytes, FixedBodyBytes),
        (PduType.Data, State.Sta6 or State.Sta7) => (LeastDataBytes, maxDataBytes + DataTolerance),
        (PduType.ReleaseRq or PduType.ReleaseRp or PduType.Abort, _) => (FixedBodyBytes, FixedBodyBytes),
        _ => default,
    };
}
