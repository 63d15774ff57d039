using System.Buffers;

namespace CloudPacs.Archive.Packs;

/// <summary>Finds records where there is no directory, by going from header to header.</summary>
internal static class PackScan
{
    private const int BufferBytes = 1024 * 1024;

    /// <param name="source">A pack.</param>
    /// <param name="trusted">Records before this offset are not read through.</param>
    /// <param name="restarts">
    /// Offsets where a record is known to begin, in order: what lies before one may be broken without loss of the rest.
    /// </param>
    /// <returns>The whole records in order, and where the last one ends.</returns>
    public static async Task<(List<PackEntry> Entries, long End)> FollowAsync(
        IPackSource source, long trusted, IReadOnlyList<long> restarts, CancellationToken cancellationToken)
    {
        var entries = new List<PackEntry>();
        var length = source.Length;
        for (long at = PackHeader.Bytes, end = at; ;)
        {
            var entry = await ReadAsync(source, at, cancellationToken).ConfigureAwait(false);
            if (entry is { } found && found.End <= length
                && (at < trusted || await IsWholeAsync(source, found, cancellationToken).ConfigureAwait(false)))
            {
                entries.Add(found);
                at = end = found.End;
                continue;
            }

            var next = restarts.FirstOrDefault(restart => restart > at && restart <= length);
            if (next == 0) return (entries, end);
            at = end = next;
        }
    }

    public static async ValueTask<PackEntry?> ReadAsync(IPackSource source, long offset, CancellationToken cancellationToken)
    {
        var header = new byte[RecordHeader.Bytes];
        var isThere = await source.TryReadExactAsync(offset, header, cancellationToken).ConfigureAwait(false);
        return isThere && RecordHeader.TryRead(header, out var found)
            ? new PackEntry(offset, found)
            : null;
    }

    /// <summary>Whether all bytes of a record are those that were written.</summary>
    public static async Task<bool> IsWholeAsync(IPackSource source, PackEntry entry, CancellationToken cancellationToken)
    {
        var content = entry.Offset + RecordHeader.Bytes;
        var key = content + entry.Header.StoredLength;
        var contentCrc = await CrcAsync(source, content, entry.Header.StoredLength, cancellationToken).ConfigureAwait(false);
        var keyCrc = await CrcAsync(source, key, entry.Header.StoredKeyLength, cancellationToken).ConfigureAwait(false);
        return contentCrc == entry.Header.ContentCrc && keyCrc == entry.Header.KeyCrc;
    }

    /// <summary>CRC-32C of a range; null when the source ends before it.</summary>
    public static async Task<uint?> CrcAsync(IPackSource source, long offset, long length, CancellationToken cancellationToken)
    {
        var crc = new Crc32C();
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(BufferBytes, Math.Max(length, 1)));
        try
        {
            while (length > 0)
            {
                var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, length));
                var read = await source.ReadAsync(offset, part, cancellationToken).ConfigureAwait(false);
                if (read == 0) return null;
                crc.Append(part.Span[..read]);
                offset += read;
                length -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return crc.Value;
    }
}
