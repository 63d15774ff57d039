using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CloudPacs.Archive.Encryption;

/// <summary>
/// AES-256-GCM of one record (NIST SP 800-38D). Its key is derived from the pack's data key and the record's random id (HKDF, RFC 5869), so
/// that the nonce may simply count: 8 bytes number of the chunk, 1 byte what it is. The last chunk is marked, so that none can be cut off.
/// </summary>
internal sealed class RecordCipher : IDisposable
{
    private const byte Chunk = 0;
    private const byte LastChunk = 1;
    private const byte Key = 2;
    private readonly AesGcm _aes;

    public RecordCipher(ReadOnlySpan<byte> dataKey, Guid record)
    {
        Span<byte> id = stackalloc byte[16];
        Span<byte> key = stackalloc byte[DataKeys.KeyBytes];
        record.TryWriteBytes(id);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, dataKey, key, id, "CloudPacs record"u8);
        _aes = new AesGcm(key, ChunkLayout.TagBytes);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Encrypts in place; the tag comes right behind.</summary>
    /// <param name="buffer">The chunk, and <see cref="ChunkLayout.TagBytes"/> of room.</param>
    public void Encrypt(Span<byte> buffer, long number, bool isLast) => Encrypt(buffer, number, isLast ? LastChunk : Chunk);

    /// <summary>Decrypts in place a chunk that has its tag behind it.</summary>
    /// <exception cref="AuthenticationTagMismatchException">A bit of it was changed, or it is not this chunk.</exception>
    public void Decrypt(Span<byte> buffer, long number, bool isLast) => Decrypt(buffer, number, isLast ? LastChunk : Chunk);

    public void EncryptKey(Span<byte> buffer) => Encrypt(buffer, 0, Key);

    public void DecryptKey(Span<byte> buffer) => Decrypt(buffer, 0, Key);

    public void Dispose() => _aes.Dispose();

    private void Encrypt(Span<byte> buffer, long number, byte kind)
    {
        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce, number, kind);
        var text = buffer[..^ChunkLayout.TagBytes];
        _aes.Encrypt(nonce, text, text, buffer[^ChunkLayout.TagBytes..]);
    }

    private void Decrypt(Span<byte> buffer, long number, byte kind)
    {
        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce, number, kind);
        var text = buffer[..^ChunkLayout.TagBytes];
        _aes.Decrypt(nonce, text, buffer[^ChunkLayout.TagBytes..], text);
    }

    private static void WriteNonce(Span<byte> nonce, long number, byte kind)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(nonce, number);
        nonce[8] = kind;
    }
}
