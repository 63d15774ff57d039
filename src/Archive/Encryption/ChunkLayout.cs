namespace CloudPacs.Archive.Encryption;

/// <summary>An encrypted instance is stored in chunks of 64 KiB, each with its tag of 16 bytes; a plain one as it is.</summary>
internal static class ChunkLayout
{
    public const int ChunkBytes = 64 * 1024;
    public const int TagBytes = 16;

    public static long Chunks(long contentLength) => (contentLength + ChunkBytes - 1) / ChunkBytes;

    public static long StoredLength(long contentLength, bool isEncrypted) =>
        isEncrypted ? contentLength + (Chunks(contentLength) * TagBytes) : contentLength;
}
