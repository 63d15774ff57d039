namespace CloudPacs.DicomWeb.Storing;

/// <summary>
/// Why an instance was not stored, or stored with a reservation: the values of a C-STORE status (PS3.18 I.2.2, PS3.4 B.2.3).
/// </summary>
public static partial class StoreReasons
{
    /// <summary>In words, without an instance's values; the digits when the table has no row.</summary>
    public static string Text(ushort reason) => Table.TryGetValue(reason, out var row) ? row.Text : $"Reason {reason:X4}.";

    /// <summary>Whether the same instance may be sent again later with success.</summary>
    public static bool IsForNow(ushort reason) => (reason & 0xFF00) == 0xA700 && reason != RejectedBefore;
}
