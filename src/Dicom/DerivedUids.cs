using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CloudPacs.Dicom;

/// <summary>UIDs that follow from a name: UUIDs of version 5 (RFC 9562 5.5) and their form as a UID (PS3.5 B.2).</summary>
public static class DerivedUids
{
    /// <summary>The UUID of a name in a name space: the same everywhere and always.</summary>
    public static Guid Uuid(Guid nameSpace, string name)
    {
        var input = new byte[16 + Encoding.UTF8.GetByteCount(name)];
        nameSpace.TryWriteBytes(input, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, input.AsSpan(16));

        Span<byte> digest = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // Version 5 is defined by SHA-1; nothing is protected by it.
        SHA1.HashData(input, digest);
#pragma warning restore CA5350
        digest[6] = (byte)((digest[6] & 0x0F) | 0x50);
        digest[8] = (byte)((digest[8] & 0x3F) | 0x80);
        return new Guid(digest[..16], bigEndian: true);
    }

    /// <summary>The UUID as one unsigned number under 2.25: at most 44 characters.</summary>
    public static string Uid(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        return "2.25." + BinaryPrimitives.ReadUInt128BigEndian(bytes).ToString(CultureInfo.InvariantCulture);
    }
}
