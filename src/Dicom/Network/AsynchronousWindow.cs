namespace CloudPacs.Dicom.Network;

/// <summary>How many operations may be outstanding (PS3.7 D.3.3.3); 0 means without limit.</summary>
/// <param name="Invoked">Operations that the sender of this item may invoke before answers come.</param>
/// <param name="Performed">Operations that the sender of this item performs at a time.</param>
public readonly record struct AsynchronousWindow(ushort Invoked, ushort Performed);
