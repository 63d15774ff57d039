namespace CloudPacs.Dicom.Network;

/// <summary>
/// How many operations may be outstanding (PS3.7 D.3.3.3), in the request and in the answer seen from the association requestor; 0 means
/// without limit.
/// </summary>
/// <param name="Invoked">Operations that the requestor may invoke before answers come.</param>
/// <param name="Performed">Operations that the requestor performs at a time.</param>
public readonly record struct AsynchronousWindow(ushort Invoked, ushort Performed);
