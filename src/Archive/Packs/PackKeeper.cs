using System.Collections.Concurrent;
using CloudPacs.Archive.Disk;

namespace CloudPacs.Archive.Packs;

/// <summary>What the writers of packs share: room, new packs, sealing, and what is told when a disk fails. Thread-safe.</summary>
internal sealed class PackKeeper(PackFolder folder, DeadRecords dead, ArchiveOptions options, TimeProvider time)
{
    private readonly ConcurrentQueue<PackFile> _unsealed = new();
    private readonly Lock _gate = new();
    private Task _sealing = Task.CompletedTask;

    public ArchiveOptions Options => options;

    public TimeProvider Time => time;

    /// <summary>Why the folder is suspect: the last failure of its disk since the start, room apart.</summary>
    public string? Suspect { get; private set; }

    /// <summary>Called with each pack that was sealed.</summary>
    public Action<Guid>? Sealed { get; set; }

    /// <summary>Called with a range of a pack that is on disk, before anybody is told; null when the disk is enough.</summary>
    public Func<PackFile, long, long, Task>? Store { get; set; }

    public void CheckRoom(long bytes)
    {
        long free;
        try
        {
            free = DiskFile.FreeBytes(folder.Folder);
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            throw Tell(e);
        }

        if (free - bytes >= options.ReserveBytes) return;
        ArchiveMetrics.Refused.Add(1);
        throw new ArchiveException(ArchiveFault.NoRoom, $"{free} bytes are free, of which {options.ReserveBytes} are kept back.");
    }

    public PackFile Make() => folder.Make();

    public void Sync(PackFile pack)
    {
        if (!options.IsDurable) return;
        var start = time.GetTimestamp();
        DiskFile.Sync(pack.File);
        ArchiveMetrics.Syncs.Record(time.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>Seals a pack that nobody writes any more, beside what goes on; when it fails, again with the next one.</summary>
    public void End(PackFile pack)
    {
        _unsealed.Enqueue(pack);
        lock (_gate)
        {
            _sealing = _sealing.ContinueWith(
                _ => SealAll(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Closes a pack whose writing failed: what was confirmed stays, what came after it is cut.</summary>
    public void Drop(PackFile pack)
    {
        try
        {
            pack.Cut();
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            // The rest is cut when it is sealed, or at the next start.
            Tell(e);
        }

        End(pack);
    }

    /// <summary>Whether an exception may come from the disk: one that became read-only has others than IOException.</summary>
    public static bool IsOfDisk(Exception error) => error is IOException or UnauthorizedAccessException or ObjectDisposedException;

    /// <summary>What a failure of the disk is for those who wrote.</summary>
    public ArchiveException Tell(Exception error)
    {
        if (error is ArchiveException told) return told;
        var isFull = error is IOException io && DiskFile.SaysFull(io);
        if (!isFull) Suspect = error.Message;
        ArchiveMetrics.Failures.Add(1, new KeyValuePair<string, object?>("fault", isFull ? "no_room" : "failed"));
        return isFull
            ? new ArchiveException(ArchiveFault.NoRoom, "The disk of the archive is full.", error)
            : new ArchiveException(ArchiveFault.Failed, $"The disk of the archive failed: {error.Message}", error);
    }

    /// <summary>An instance that was written, and must not count as its caller was refused.</summary>
    public void Disown(IEnumerable<Place> places)
    {
        try
        {
            dead.Add(places);
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            // A sweep finds them, as no index has them.
            Tell(e);
        }
    }

    /// <summary>Waits for what is being sealed.</summary>
    public Task WhenSealedAsync()
    {
        lock (_gate) return _sealing;
    }

    private void SealAll()
    {
        for (var left = _unsealed.Count; left > 0 && _unsealed.TryDequeue(out var pack); left--)
        {
            try
            {
                if (folder.Seal(pack)) Sealed?.Invoke(pack.Id);
            }
            catch (Exception e) when (IsOfDisk(e))
            {
                Tell(e);
                _unsealed.Enqueue(pack);
            }
        }
    }
}
