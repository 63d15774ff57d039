namespace CloudPacs.Archive;

/// <summary>How an archive keeps what it is given.</summary>
public sealed record ArchiveOptions
{
    private const long MiB = 1024 * 1024;

    /// <summary>Folder of the packs, on a local disk; one engine uses it at a time.</summary>
    public required string Folder { get; init; }

    /// <summary>A pack that has grown beyond this is sealed.</summary>
    public long PackBytes { get; init; } = 512 * MiB;

    /// <summary>An instance that is known to be larger gets a file of its own.</summary>
    public long OwnFileBytes { get; init; } = 64 * MiB;

    /// <summary>Free bytes of the disk that are not used: below them new instances are refused before their data is read.</summary>
    public long ReserveBytes { get; init; } = 1024 * MiB;

    /// <summary>Whether an instance is on disk, rather than in the memory of the operating system, when its place is told.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>Share of a sealed pack that is dead before compaction writes the rest of it again.</summary>
    public double CompactAbove { get; init; } = 0.3;

    /// <summary>How long a place can still be read after its record was moved or its pack is all dead.</summary>
    public TimeSpan KeepMovedFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>File of the key ring under which what is written is encrypted; null: it is not.</summary>
    public string? KeyRingFile { get; init; }

    /// <summary>The object store that sealed packs go to; null: they stay in the folder.</summary>
    public ObjectStoreOptions? ObjectStore { get; init; }
}
