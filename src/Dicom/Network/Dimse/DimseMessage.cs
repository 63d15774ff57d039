namespace CloudPacs.Dicom.Network.Dimse;

/// <summary>A whole DIMSE message as received (PS3.7 6.3).</summary>
/// <param name="ContextId">The presentation context it came on.</param>
/// <param name="Command">Its command set.</param>
/// <param name="DataSet">Its encoded data set, owned by the message; empty when there is none.</param>
/// <param name="IsTooLarge">The data set was longer than allowed and has been dropped.</param>
internal sealed record DimseMessage(byte ContextId, CommandSet Command, ReadOnlyMemory<byte> DataSet, bool IsTooLarge);
