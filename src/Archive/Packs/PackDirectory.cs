using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CloudPacs.Archive.Packs;

/// <summary>A record and where in its pack it begins.</summary>
internal readonly record struct PackEntry(long Offset, RecordHeader Header)
{
    public long End => Offset + Header.RecordLength;
}

/// <summary>
/// The end of a sealed pack: of each record its offset (8 bytes) and a copy of its header, and then 64 bytes:
/// <c>0 "CPSEAL" 0 1 | 8 where the directory begins | 16 number of records | 24 SHA-256 of directory and these 24 bytes | 56 zeros</c>.
/// As each header has the checksum of its instance, the hash stands for the whole pack.
/// </summary>
internal static class PackDirectory
{
    public const int FooterBytes = 64;
    private const int EntryBytes = 8 + RecordHeader.Bytes;
    private const int HashAt = 24;

    private static ReadOnlySpan<byte> Magic => "CPSEAL\0\u0001"u8;

    public static byte[] Write(IReadOnlyList<PackEntry> entries, long offset)
    {
        var bytes = new byte[(entries.Count * EntryBytes) + FooterBytes];
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = bytes.AsSpan(i * EntryBytes, EntryBytes);
            BinaryPrimitives.WriteInt64LittleEndian(entry, entries[i].Offset);
            entries[i].Header.Write(entry[8..]);
        }

        var footer = bytes.AsSpan(^FooterBytes..);
        Magic.CopyTo(footer);
        BinaryPrimitives.WriteInt64LittleEndian(footer[8..], offset);
        BinaryPrimitives.WriteInt64LittleEndian(footer[16..], entries.Count);
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - FooterBytes + HashAt), footer[HashAt..]);
        return bytes;
    }

    /// <summary>The records of a sealed pack; null when the directory is not there or not whole.</summary>
    public static async Task<List<PackEntry>?> ReadAsync(IPackSource source, CancellationToken cancellationToken)
    {
        if (source.Length < PackHeader.Bytes + FooterBytes) return null;
        var footer = new byte[FooterBytes];
        if (!await source.TryReadExactAsync(source.Length - FooterBytes, footer, cancellationToken).ConfigureAwait(false)) return null;
        if (!footer.AsSpan().StartsWith(Magic)) return null;
        var offset = BinaryPrimitives.ReadInt64LittleEndian(footer.AsSpan(8));
        var count = BinaryPrimitives.ReadInt64LittleEndian(footer.AsSpan(16));
        var length = source.Length - FooterBytes - offset;
        if (offset < PackHeader.Bytes || count < 0 || length != count * EntryBytes || length > int.MaxValue - FooterBytes) return null;
        var bytes = new byte[length + HashAt];
        if (!await source.TryReadExactAsync(offset, bytes, cancellationToken).ConfigureAwait(false)) return null;
        if (!SHA256.HashData(bytes).AsSpan().SequenceEqual(footer.AsSpan(HashAt, SHA256.HashSizeInBytes))) return null;
        var entries = new List<PackEntry>((int)count);
        for (var i = 0; i < (int)count; i++)
        {
            var entry = bytes.AsSpan(i * EntryBytes, EntryBytes);
            if (!RecordHeader.TryRead(entry[8..], out var header)) return null;
            entries.Add(new PackEntry(BinaryPrimitives.ReadInt64LittleEndian(entry), header));
        }

        return entries;
    }
}
