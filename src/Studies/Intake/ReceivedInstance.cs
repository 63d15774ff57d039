using CloudPacs.Archive;
using CloudPacs.Dicom;

namespace CloudPacs.Studies.Intake;

/// <summary>An instance that has been received, and whose bytes are durable.</summary>
/// <param name="Place">Where they are.</param>
/// <param name="Scan">What was found in the data set; its error says why it cannot be used.</param>
/// <param name="Syntax">What the data set is encoded in.</param>
/// <param name="DataSetOffset">Bytes of file meta information before it.</param>
public sealed record ReceivedInstance(Place Place, InstanceScan Scan, TransferSyntax Syntax, int DataSetOffset);
