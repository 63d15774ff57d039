namespace CloudPacs.Archive;

/// <summary>
/// Keeps the bytes of instances. It knows no row: the caller's index names each instance's <see cref="Place"/>, and is the truth about what
/// is needed. Thread-safe; readers never wait for writers.
/// </summary>
public interface IArchive : IAsyncDisposable
{
    /// <summary>What was found when it was opened.</summary>
    RecoveryReport Recovered { get; }

    ArchiveStatus Status { get; }

    /// <summary>Begins an instance.</summary>
    /// <param name="key">The caller's own key, such as the SOP Instance UID: at most 256 bytes, kept with the instance.</param>
    /// <param name="expectedBytes">Its length as far as it is known, else 0.</param>
    /// <exception cref="ArchiveException">NoRoom: it cannot be taken, and no byte of it need be read.</exception>
    InstanceWriter Begin(ReadOnlySpan<byte> key, long expectedBytes = 0);

    /// <summary>Opens an instance to be read, whole or in ranges.</summary>
    /// <exception cref="ArchiveException">Missing, or Failed when the object store does not answer.</exception>
    ValueTask<InstanceStream> OpenAsync(Place place, CancellationToken cancellationToken);

    /// <summary>Whether an instance is at its place: finds rows without bytes and, when it reads through, changed bytes.</summary>
    Task<RecordState> CheckAsync(Place place, bool readThrough, CancellationToken cancellationToken);

    /// <summary>Says that no row names these places any more. Their room is given back by compaction.</summary>
    Task RemoveAsync(IReadOnlyCollection<Place> places, CancellationToken cancellationToken);

    /// <summary>Like <see cref="RemoveAsync"/>, but when it returns their bytes are nowhere any more, for the law's sake.</summary>
    Task EraseAsync(IReadOnlyCollection<Place> places, CancellationToken cancellationToken);

    /// <summary>Asks the index about all records of sealed packs, so that those without a row become dead.</summary>
    /// <param name="writtenBefore">Later ones are left alone: their rows may not be committed yet.</param>
    /// <returns>How many are dead now that were not.</returns>
    Task<int> SweepAsync(DateTimeOffset writtenBefore, CancellationToken cancellationToken);

    /// <summary>Asks the index about all records of one sealed pack.</summary>
    /// <returns>Those that it does not need, and that were not given up either.</returns>
    Task<IReadOnlyList<Place>> FindUnknownAsync(Guid pack, CancellationToken cancellationToken);

    /// <summary>Writes again what is needed of packs with much dead in them, and deletes those of which nothing is needed.</summary>
    /// <returns>How many packs were given up; their files go when nobody can look for them any more.</returns>
    Task<int> CompactAsync(CancellationToken cancellationToken);

    /// <summary>Reads all records of a sealed pack through.</summary>
    /// <returns>The needed ones that are not whole.</returns>
    Task<IReadOnlyList<Place>> ScrubAsync(Guid pack, CancellationToken cancellationToken);

    /// <summary>Packs that change no more, oldest first.</summary>
    Task<IReadOnlyList<PackInfo>> ListPacksAsync(CancellationToken cancellationToken);

    /// <summary>Puts the data keys of all packs under the current key of the ring, so that older keys can be taken out of it.</summary>
    /// <returns>How many were.</returns>
    Task<int> RewrapKeysAsync(CancellationToken cancellationToken);
}

/// <summary>How an archive stands.</summary>
/// <param name="FreeBytes">Of the disk.</param>
/// <param name="Suspect">The last failure of the disk, want of room apart; null: none since the start.</param>
/// <param name="WaitingUploads">Sealed packs that the object store does not have yet.</param>
/// <param name="ObjectStoreFault">Why the last upload failed; null when it did not.</param>
public sealed record ArchiveStatus(long FreeBytes, long ReserveBytes, string? Suspect, int WaitingUploads, string? ObjectStoreFault)
{
    public bool HasRoom => FreeBytes >= ReserveBytes;
}

/// <summary>A sealed pack.</summary>
/// <param name="DeadBytes">What compaction would give back, about.</param>
/// <param name="IsHere">Whether the folder has it, as well as or instead of the object store.</param>
public sealed record PackInfo(Guid Id, long Length, long DeadBytes, bool IsHere);
