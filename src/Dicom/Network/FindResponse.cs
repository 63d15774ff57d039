namespace CloudPacs.Dicom.Network;

/// <summary>One match of a C-FIND.</summary>
/// <param name="Status">FF00H, or FF01H when some optional keys were not supported.</param>
/// <param name="Identifier">The match.</param>
public readonly record struct FindResponse(ushort Status, DataSet Identifier);
