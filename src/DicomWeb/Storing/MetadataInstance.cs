using CloudPacs.Dicom;

namespace CloudPacs.DicomWeb.Storing;

/// <summary>An instance that came as metadata and bulk data, put together.</summary>
/// <param name="DataSet">Null when it could not be.</param>
/// <param name="TransferSyntax">UID that it is to be stored in: that of its pixel data, else explicit little endian.</param>
/// <param name="Failure">Why there is no data set (<see cref="StoreReasons"/>); null when there is one.</param>
/// <param name="Fault">The same in words, with the attribute and without any value.</param>
public sealed record MetadataInstance(DataSet? DataSet, string TransferSyntax, ushort? Failure, string Fault);
