using CloudPacs.Archive.Packs;
using Microsoft.Win32.SafeHandles;

namespace CloudPacs.Archive.Objects;

/// <summary>A pack that is in the object store only.</summary>
internal sealed class ObjectSource(BlockCache cache, Guid pack, long length) : IPackSource
{
    public long Length => length;

    public SafeFileHandle? File => null;

    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (offset >= length) return 0;
        var part = Math.Min(Math.Min(buffer.Length, length - offset), BlockCache.BlockBytes - (offset % BlockCache.BlockBytes));
        return await cache.ReadAsync(pack, offset, buffer[..(int)part], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>For callers of <see cref="Stream"/> that know no other way; it holds their thread.</summary>
    public int Read(long offset, Span<byte> buffer)
    {
        var part = new byte[Math.Min(buffer.Length, BlockCache.BlockBytes)];
        var read = ReadAsync(offset, part, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        part.AsSpan(0, read).CopyTo(buffer);
        return read;
    }

    public void Dispose()
    {
    }
}
