using System.Buffers.Binary;

namespace CloudPacs.Dicom.Network.Pdu;

/// <summary>One presentation data value of a P-DATA-TF (PS3.8 9.3.5.1, annex E).</summary>
internal readonly ref struct Pdv(byte contextId, byte control, ReadOnlySpan<byte> fragment)
{
    public byte ContextId { get; } = contextId;

    public bool IsCommand => (control & 1) != 0;

    public bool IsLast => (control & 2) != 0;

    public ReadOnlySpan<byte> Fragment { get; } = fragment;

    /// <summary>Takes the next item off the front of <paramref name="body"/>; false when the rest is not a whole item.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> body, out Pdv pdv)
    {
        pdv = default;
        if (body.Length < 6) return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(body);
        if (length < 2 || length > (uint)body.Length - 4) return false;

        pdv = new Pdv(body[4], body[5], body.Slice(6, (int)length - 2));
        body = body[(4 + (int)length)..];
        return true;
    }

    /// <summary>Whether the body is made of whole items and nothing else.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> body)
    {
        while (TryTake(ref body, out _))
        {
        }

        return body.IsEmpty;
    }
}
