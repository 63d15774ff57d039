using System.Collections.Frozen;

namespace CloudPacs.Dicom;

/// <summary>The registered UIDs of PS3.6 annex A, edition 2024d, loaded at first use.</summary>
public static class UidDictionary
{
    private const string StorageRoot = "1.2.840.10008.5.1.4.1.1.";
    private static readonly Lazy<FrozenDictionary<string, UidEntry>> Entries = new(() => CsvResource.Rows("uids.csv")
        .Select(row => new UidEntry(row[0], row[1], row[2], row[3], row[5] == "Y"))
        .ToFrozenDictionary(entry => entry.Uid));

    public static IReadOnlyList<UidEntry> All => Entries.Value.Values;

    /// <summary>Storage SOP classes, retired ones included since modalities still send them.</summary>
    public static IEnumerable<UidEntry> StorageSopClasses => All.Where(IsStorage);

    public static bool TryGet(string uid, out UidEntry entry) => Entries.Value.TryGetValue(uid, out entry!);

    public static bool IsStorageSopClass(string uid) => TryGet(uid, out var entry) && IsStorage(entry);

    private static bool IsStorage(UidEntry entry) => entry.Type == "SOP Class"
        && entry.Uid.StartsWith(StorageRoot, StringComparison.Ordinal) && entry.Name.Contains("Storage", StringComparison.Ordinal);
}

/// <summary>One row of the UID registry (PS3.6 annex A).</summary>
/// <param name="Uid">The UID.</param>
/// <param name="Keyword">Its keyword, may be empty.</param>
/// <param name="Type">Such as SOP Class or Transfer Syntax.</param>
/// <param name="Name">Name in words.</param>
/// <param name="IsRetired">No longer in the standard.</param>
public sealed record UidEntry(string Uid, string Keyword, string Type, string Name, bool IsRetired);
