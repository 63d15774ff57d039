using CloudPacs.Dicom;
using CloudPacs.Store.Commitments;
using CloudPacs.Store.Studies;

namespace CloudPacs.Studies.Commitment;

/// <summary>Why there is no commitment to an instance: values of Failure Reason (PS3.3 C.14.1.1).</summary>
public static class FailureReasons
{
    public const ushort ProcessingFailure = 0x0110;
    public const ushort NoSuchInstance = 0x0112;
    public const ushort ClassConflict = 0x0119;
    public const ushort ClassNotSupported = 0x0122;

    private static readonly HashSet<string> Storable = [.. UidDictionary.StorageSopClasses.Select(static entry => entry.Uid)];

    /// <summary>
    /// What was set aside beside the stored instance of its name while its sender heard of success: the same pixels, or the same in another
    /// transfer syntax.
    /// </summary>
    private static readonly string[] Taken = ["STU-010", "STU-011"];

    /// <summary>What the rows say against a commitment; null when nothing does.</summary>
    public static ushort? Of(KeptInstance kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        var wasRefused = kept.RefusedAs is { } code && !Taken.Contains(code);
        if (kept.Stored is null)
            return wasRefused ? ProcessingFailure : Storable.Contains(kept.Asked.SopClassUid) ? NoSuchInstance : ClassNotSupported;
        // What a note has rejected is nobody's to rely on; what waits for a person because of its patient is safe.
        if (kept.State == InstanceState.Rejected) return NoSuchInstance;
        if (kept.Stored.SopClassUid != kept.Asked.SopClassUid) return ClassConflict;
        // The requester sent something else under this name, and would give it up.
        return wasRefused ? ProcessingFailure : null;
    }
}
