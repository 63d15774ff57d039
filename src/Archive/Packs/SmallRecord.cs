using CloudPacs.Archive.Encryption;

namespace CloudPacs.Archive.Packs;

/// <summary>An instance of at most 512 KiB that waits for its group; its task ends with its place.</summary>
internal sealed class SmallRecord(RecordIdentity identity, RecordBuffer content)
    : TaskCompletionSource<Place>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private readonly List<ReadOnlyMemory<byte>> _plain = [];
    private Crc32C _plainCrc;

    public int Length { get; } = content.Length;

    /// <summary>Done before the group takes it, where many can do it at once.</summary>
    public void PreparePlain() => content.Store(cipher: null, 0, isEnd: true, _plain, ref _plainCrc);

    /// <summary>Adds the record as it is stored to what a group writes.</summary>
    /// <returns>Its entry in the pack.</returns>
    public PackEntry Store(long offset, byte[]? dataKey, DateTimeOffset now, List<ReadOnlyMemory<byte>> buffers)
    {
        var header = new byte[RecordHeader.Bytes];
        buffers.Add(header);
        using var cipher = dataKey is null ? null : new RecordCipher(dataKey, identity.Id);
        var crc = _plainCrc;
        if (cipher is null)
        {
            buffers.AddRange(_plain);
        }
        else
        {
            crc = default;
            content.Store(cipher, 0, isEnd: true, buffers, ref crc);
        }

        var entry = new PackEntry(offset, identity.EndRecord(Length, crc.Value, now, cipher, header, out var key));
        buffers.Add(key);
        return entry;
    }

    /// <summary>Gives back the memory of the content; after that it cannot be stored.</summary>
    public void Release() => content.Clear();
}
