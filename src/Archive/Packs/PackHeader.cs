using System.Buffers.Binary;

namespace CloudPacs.Archive.Packs;

/// <summary>
/// The first 64 bytes of a pack, little endian: <c>0 "CPPACK" 0 1 | 8 id | 24 made at, milliseconds since 1970 | 32 1 when its records are
/// encrypted | 33 zeros | 60 CRC-32C of the 60 bytes before</c>.
/// </summary>
internal readonly record struct PackHeader(Guid Id, DateTimeOffset MadeAt, bool IsEncrypted)
{
    public const int Bytes = 64;
    private const int CrcAt = 60;

    private static ReadOnlySpan<byte> Magic => "CPPACK\0\u0001"u8;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out PackHeader header)
    {
        header = default;
        if (bytes.Length < Bytes || !bytes.StartsWith(Magic)) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcAt..]) != Crc32C.Of(bytes[..CrcAt])) return false;
        var madeAt = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]));
        header = new PackHeader(new Guid(bytes[8..24]), madeAt, bytes[32] == 1);
        return true;
    }

    public void Write(Span<byte> bytes)
    {
        bytes[..Bytes].Clear();
        Magic.CopyTo(bytes);
        Id.TryWriteBytes(bytes[8..]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], MadeAt.ToUnixTimeMilliseconds());
        bytes[32] = IsEncrypted ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[CrcAt..], Crc32C.Of(bytes[..CrcAt]));
    }
}
