namespace CloudPacs.Archive;

/// <summary>A record that lies in a pack.</summary>
/// <param name="Id">The record's own id; a copy made by compaction has it too.</param>
/// <param name="Key">What the caller gave with the instance.</param>
/// <param name="WrittenAt">When it was written, to the millisecond.</param>
public sealed record FoundRecord(Place Place, Guid Id, ReadOnlyMemory<byte> Key, DateTimeOffset WrittenAt);

/// <summary>A record that compaction wrote again.</summary>
public readonly record struct MovedRecord(Place From, Place To);

/// <summary>What the archive asks of the index of its caller, which alone knows what is needed.</summary>
public interface IRecordIndex
{
    /// <summary>Up to where a pack that was not sealed is known: records before that need no question. 0 is always right.</summary>
    /// <param name="pack">A pack.</param>
    /// <returns>Offset of a record, or the end of one.</returns>
    ValueTask<long> KnownEndAsync(Guid pack, CancellationToken cancellationToken);

    /// <summary>
    /// Which of these records, whole by checksum, are needed at their place. The index may take up a record now that it did not know.
    /// What is not needed is dead from now on.
    /// </summary>
    /// <returns>One answer a record, in their order.</returns>
    ValueTask<IReadOnlyList<bool>> AreNeededAsync(IReadOnlyList<FoundRecord> records, CancellationToken cancellationToken);

    /// <summary>
    /// Records have another place, where they are durable. When this returns the index names the new one; the old one can be read for
    /// a while (<see cref="ArchiveOptions.KeepMovedFor"/>).
    /// </summary>
    /// <returns>One answer a record: false when the index did not name the old place any more, so that the new one is dead.</returns>
    ValueTask<IReadOnlyList<bool>> MovedAsync(IReadOnlyList<MovedRecord> records, CancellationToken cancellationToken);
}
