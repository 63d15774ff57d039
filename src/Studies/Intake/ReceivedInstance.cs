using CloudPacs.Archive;
using CloudPacs.Dicom;

namespace CloudPacs.Studies.Intake;

/// <summary>An instance that has been received, and whose bytes are durable, here or in another archive.</summary>
/// <param name="Place">Where they are; nowhere when another archive has them.</param>
/// <param name="Scan">What was found in the data set; its error says why it cannot be used.</param>
/// <param name="Syntax">What the data set is encoded in.</param>
/// <param name="DataSetOffset">Bytes of file meta information before it.</param>
public sealed record ReceivedInstance(Place Place, InstanceScan Scan, TransferSyntax Syntax, int DataSetOffset)
{
    /// <summary>The archive that has the bytes; null when they are here.</summary>
    public string? Archive { get; init; }
}
