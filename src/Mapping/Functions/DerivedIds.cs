using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CloudPacs.Mapping.Functions;

/// <summary>UUIDs from names (RFC 4122 4.3, SHA-1) and UIDs from UUIDs (DICOM PS3.5 B.2, ITU-T X.667).</summary>
public static class DerivedIds
{
    /// <summary>Version 5 UUID of a name in a name space.</summary>
    public static Guid Uuid(Guid nameSpace, string name)
    {
        var nameBytes = Encoding.UTF8.GetByteCount(name);
        var input = new byte[16 + nameBytes];
        nameSpace.TryWriteBytes(input, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, input.AsSpan(16));

        Span<byte> digest = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 4122 fixes SHA-1 for version 5; nothing is protected by it.
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
