namespace CloudPacs.Store.Messages;

/// <summary>
/// A message that was applied before, with the acknowledgement that its sender got then; the answer is empty when its journal row is gone
/// by retention.
/// </summary>
public sealed record AppliedMessage(
    MessageIdentity Identity, Guid MessageId, DateTimeOffset ReceivedAt, ReadOnlyMemory<byte> Acknowledgment);
