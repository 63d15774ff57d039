namespace CloudPacs.Archive;

/// <summary>Why the archive cannot do what it was asked.</summary>
public enum ArchiveFault
{
    /// <summary>Disk, quota or reserve: may work later (C-STORE A700, HTTP 507).</summary>
    NoRoom,

    /// <summary>A disk or an object store failed; nothing was kept of what was written.</summary>
    Failed,

    /// <summary>There is no such instance at the place: it was removed, moved or lost.</summary>
    Missing,

    /// <summary>The bytes are not those that were written: a checksum or an authentication tag does not fit.</summary>
    Changed,
}

/// <summary>The archive cannot do what it was asked; the text has ids of packs, and nothing of instances.</summary>
public sealed class ArchiveException(ArchiveFault fault, string message, Exception? inner = null) : IOException(message, inner)
{
    public ArchiveFault Fault { get; } = fault;
}
