using System.Collections.Frozen;
using CloudPacs.Archive;
using CloudPacs.DicomWeb.Storing;

namespace CloudPacs.Studies.Intake;

/// <summary>The C-STORE status of each problem (PS3.4 table B.2-1).</summary>
public static class StorageStatus
{
    private static readonly FrozenDictionary<string, ushort> All = new Dictionary<string, ushort>
    {
        ["STU-001"] = 0xC410, // another instance under the same name
        ["STU-002"] = 0xC409,
        ["STU-003"] = 0xC409,
        ["STU-004"] = 0xA771, // rejected by a note
        ["STU-005"] = StoreReasons.NotAllowed, // of another facility
        ["STU-051"] = 0xA775, // on hold
        ["STU-052"] = 0xA776, // to be kept longer
        ["STU-020"] = 0xC000, // cannot understand
        ["STU-021"] = 0xC000,
        ["STU-022"] = 0xA900, // data set does not match SOP class
    }.ToFrozenDictionary();

    /// <summary>What is told over HTTP alone: modalities take a warning for a failure, and send again.</summary>
    private static readonly FrozenDictionary<string, ushort> Warnings = new Dictionary<string, ushort>
    {
        ["STU-010"] = StoreReasons.StoredBefore,
        ["STU-011"] = StoreReasons.StoredBefore,
        ["STU-012"] = StoreReasons.KeptAside,
    }.ToFrozenDictionary();

    /// <summary>Why nothing is stored at present.</summary>
    public const string DatabaseAway = "The database is away: send it again";

    /// <summary>The same in words where the archive cannot keep what comes.</summary>
    public static string Of(ArchiveException e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return e.Fault == ArchiveFault.NoRoom ? "No room" : "The disk failed";
    }

    public static ushort? WarningOf(string code) => Warnings.TryGetValue(code, out var warning) ? warning : null;

    public static ushort Of(string code) => All.GetValueOrDefault(code, (ushort)0xC000);
}
