namespace CloudPacs.Dicom.Network;

/// <summary>The final status of a C-FIND (PS3.4 C.4.1.1.4).</summary>
/// <param name="Status">Success, or a failure; see <see cref="DimseStatus"/>.</param>
/// <param name="ErrorComment">Why it failed, at most 64 ASCII characters, without patient data.</param>
/// <param name="OffendingElements">The keys that caused it; null for none.</param>
public readonly record struct FindResult(ushort Status, string? ErrorComment = null, IReadOnlyList<Tag>? OffendingElements = null)
{
    public static readonly FindResult Success = new(DimseStatus.Success);
}
