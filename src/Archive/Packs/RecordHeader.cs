using System.Buffers.Binary;
using CloudPacs.Archive.Encryption;

namespace CloudPacs.Archive.Packs;

/// <summary>
/// What stands before the bytes of an instance. A record is this header of 64 bytes, the instance as it is stored (as it came, or in
/// encrypted chunks), and the caller's key (as it came, or encrypted). Little endian:
/// <c>0 "CPR1" | 4 length of the stored key, 2 bytes | 6 1 when encrypted | 8 bytes of the instance | 16 id | 32 CRC-32C of the stored
/// instance | 36 of the stored key | 40 written at, milliseconds since 1970 | 48 zeros | 60 CRC-32C of the 60 bytes before</c>.
/// </summary>
/// <param name="ContentLength">Bytes of the instance as the caller gave them.</param>
/// <param name="StoredKeyLength">Bytes of the key as it is stored.</param>
/// <param name="Id">Random; its record's encryption key is derived from it.</param>
/// <param name="ContentCrc">CRC-32C of the instance as it is stored: it can be checked without any key.</param>
internal readonly record struct RecordHeader(
    long ContentLength, int StoredKeyLength, Guid Id, uint ContentCrc, uint KeyCrc, DateTimeOffset WrittenAt, bool IsEncrypted)
{
    public const int Bytes = 64;
    private const int CrcAt = 60;

    private static ReadOnlySpan<byte> Magic => "CPR1"u8;

    public long StoredLength => ChunkLayout.StoredLength(ContentLength, IsEncrypted);

    /// <summary>Bytes of the whole record.</summary>
    public long RecordLength => Bytes + StoredLength + StoredKeyLength;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out RecordHeader header)
    {
        header = default;
        if (bytes.Length < Bytes || !bytes.StartsWith(Magic)) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcAt..]) != Crc32C.Of(bytes[..CrcAt])) return false;
        header = new RecordHeader(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]),
            new Guid(bytes[16..32]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[36..]),
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes[40..])), bytes[6] == 1);
        return header.ContentLength >= 0;
    }

    public void Write(Span<byte> bytes)
    {
        bytes[..Bytes].Clear();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], checked((ushort)StoredKeyLength));
        bytes[6] = IsEncrypted ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], ContentLength);
        Id.TryWriteBytes(bytes[16..]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[32..], ContentCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[36..], KeyCrc);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], WrittenAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[CrcAt..], Crc32C.Of(bytes[..CrcAt]));
    }
}
