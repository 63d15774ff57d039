using Microsoft.Win32.SafeHandles;

namespace CloudPacs.Archive.Packs;

/// <summary>The bytes of a pack, wherever they are. Thread-safe.</summary>
internal interface IPackSource : IDisposable
{
    long Length { get; }

    /// <summary>The file that has the bytes at the same offsets; null when they are not here.</summary>
    SafeFileHandle? File { get; }

    /// <returns>Bytes read, 0 at the end.</returns>
    ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);

    int Read(long offset, Span<byte> buffer);
}

internal static class PackSources
{
    /// <returns>False when the pack ends before the buffer is full.</returns>
    public static async ValueTask<bool> TryReadExactAsync(
        this IPackSource source, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            var read = await source.ReadAsync(offset, buffer, cancellationToken).ConfigureAwait(false);
            if (read == 0) return false;
            offset += read;
            buffer = buffer[read..];
        }

        return true;
    }

    public static bool TryReadExact(this IPackSource source, long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var read = source.Read(offset, buffer);
            if (read == 0) return false;
            offset += read;
            buffer = buffer[read..];
        }

        return true;
    }
}
