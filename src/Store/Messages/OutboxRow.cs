namespace CloudPacs.Store.Messages;

/// <summary>Something that must leave, written with the change that causes it.</summary>
/// <param name="Destination">Name of the configured destination.</param>
/// <param name="OrderKey">Entries of one destination and one key leave in the order written.</param>
/// <param name="Kind">What the payload is: hl7v2, fhir, abdm …</param>
/// <param name="Payload">Ready to send, or what the sender of that kind makes it from.</param>
/// <param name="CreatedAt">Time of the change.</param>
/// <param name="MessageId">Journal entry of the message that caused it, or null.</param>
public sealed record OutboxRow(string Destination, string OrderKey, string Kind, ReadOnlyMemory<byte> Payload, DateTimeOffset CreatedAt, Guid? MessageId = null);
