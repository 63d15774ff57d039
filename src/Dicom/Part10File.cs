namespace CloudPacs.Dicom;

/// <summary>What a DICOM file (PS3.10) holds, as far as it was read.</summary>
/// <param name="Meta">Group 0002; empty when the file has none.</param>
/// <param name="TransferSyntax">The syntax the data set is in; guessed from its first element when the file does not say.</param>
/// <param name="DataSet">The data set up to the tag asked for, or up to the error.</param>
/// <param name="DataSetOffset">Where the data set begins, in bytes from the start of the file.</param>
/// <param name="Error">Why reading ended early; null when all that was asked for is there.</param>
public sealed record Part10File(DataSet Meta, TransferSyntax TransferSyntax, DataSet DataSet, int DataSetOffset, string? Error);
