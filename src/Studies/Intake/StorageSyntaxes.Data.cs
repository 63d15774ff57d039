using CloudPacs.Dicom;

namespace CloudPacs.Studies.Intake;

/// <summary>The transfer syntaxes in which instances are taken (PS3.5 annex A), and which of several is chosen.</summary>
public static class StorageSyntaxes
{
    /// <summary>Nothing is lost in these; in the order in which they are preferred.</summary>
    private static readonly string[] Lossless =
    [
        "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2", // explicit, deflated, implicit little endian
    ];

    private static readonly HashSet<string> CompressedLossless =
    [
        "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.92",
        "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.110", "1.2.840.10008.1.2.4.111", "1.2.840.10008.1.2.5",
        "1.2.840.10008.1.2.1.98", "1.2.840.10008.1.2.8.1",
    ];

    /// <summary>Big endian, and those whose pixels are to be fetched elsewhere or come as a live stream.</summary>
    private static readonly HashSet<string> Never =
    [
        "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.4.94", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.204", "1.2.840.10008.1.2.4.205",
        "1.2.840.10008.1.2.7.1", "1.2.840.10008.1.2.7.2", "1.2.840.10008.1.2.7.3",
    ];

    /// <summary>Null when none of them is taken.</summary>
    /// <param name="proposed">UIDs, in the order of who sends.</param>
    /// <param name="prefersCompressed">
    /// The first that is compressed, with loss or without, before what is not: who is offered a choice would not compress otherwise.
    /// </param>
    public static TransferSyntax? Choose(IReadOnlyList<string> proposed, bool prefersCompressed = false)
    {
        ArgumentNullException.ThrowIfNull(proposed);
        var uid = (prefersCompressed ? proposed.FirstOrDefault(IsCompressed) : null)
            ?? Array.Find(Lossless, proposed.Contains)
            ?? proposed.FirstOrDefault(CompressedLossless.Contains)
            ?? proposed.FirstOrDefault(IsTaken);
        return uid is null ? null : TransferSyntax.FromUid(uid);
    }

    private static bool IsTaken(string uid) => !Never.Contains(uid) && TransferSyntax.FromUid(uid) is not null;

    private static bool IsCompressed(string uid) => IsTaken(uid) && TransferSyntax.FromUid(uid)!.IsEncapsulated;
}
