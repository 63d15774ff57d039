using System.Security.Cryptography;
using CloudPacs.Archive.Encryption;

namespace CloudPacs.Archive.Packs;

/// <summary>What is known of a record before its content: a fresh random id, the caller's key.</summary>
internal sealed class RecordIdentity(Guid id, byte[] key)
{
    public const int LongestKey = 256;

    public Guid Id => id;

    public byte[] Key => key;

    public static RecordIdentity Of(ReadOnlySpan<byte> key)
    {
        if (key.Length > LongestKey) throw new ArgumentException($"A key has at most {LongestKey} bytes.", nameof(key));
        Span<byte> id = stackalloc byte[16];
        RandomNumberGenerator.Fill(id);
        return new RecordIdentity(new Guid(id), key.ToArray());
    }

    /// <summary>The header, written, and the key as it is stored.</summary>
    public RecordHeader EndRecord(long length, uint crc, DateTimeOffset now, RecordCipher? cipher, Span<byte> header, out byte[] stored)
    {
        stored = key;
        if (cipher is not null)
        {
            stored = [.. key, .. new byte[ChunkLayout.TagBytes]];
            cipher.EncryptKey(stored);
        }

        var record = new RecordHeader(length, stored.Length, id, crc, Crc32C.Of(stored), now, cipher is not null);
        record.Write(header);
        return record;
    }
}
