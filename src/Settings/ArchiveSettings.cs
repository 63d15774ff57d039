namespace CloudPacs.Settings;

/// <summary>Where the bytes of instances are kept.</summary>
public sealed class ArchiveSettings
{
    /// <summary>Folder of the packs, on a local disk; empty = <c>archive</c> in the data folder.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Free bytes of the disk below which new instances are refused.</summary>
    public long ReserveBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>File with the keys under which what is written is encrypted; empty: it is not.</summary>
    public string KeyRingFile { get; set; } = "";

    /// <summary>The object store that full packs go to.</summary>
    public ObjectStoreSettings ObjectStore { get; set; } = new();

    /// <summary>Most bytes of instances of other archives that are kept for a while after they were fetched.</summary>
    public long FetchedBytes { get; set; } = 2L * 1024 * 1024 * 1024;

    /// <summary>Free bytes of the disk below which a warning is given.</summary>
    public long WarnBytes { get; set; } = 20L * 1024 * 1024 * 1024;

    /// <summary>A warning is given when a study has waited for a person so long.</summary>
    public TimeSpan WarnUndecidedAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long studies have to be kept; those that no entry fits are kept for ever.</summary>
    public List<RetentionSettings> Retention { get; set; } = [];

    /// <summary>Whether studies whose time is over are deleted each night; else they are listed only.</summary>
    public bool DeleteExpired { get; set; }

    /// <summary>How long what was deleted or rejected can be restored, before its bytes are erased.</summary>
    public TimeSpan EraseAfter { get; set; } = TimeSpan.FromDays(30);
}
