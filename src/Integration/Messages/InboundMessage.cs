using CloudPacs.Hl7v2;
using CloudPacs.Integration.Mapping;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Messages;

namespace CloudPacs.Integration.Messages;

/// <summary>One received message on its way to the database: read, checked and mapped, not yet applied.</summary>
internal sealed class InboundMessage
{
    /// <summary>Journal id.</summary>
    public required Guid Id { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required ListenerProfile Listener { get; init; }

    public required string RemoteAddress { get; init; }

    /// <summary>The message as received, without its frame.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>Null when the bytes could not be read as HL7.</summary>
    public Message? Message { get; init; }

    /// <summary>The maps and policies of the sender; null when the message is refused before it is mapped.</summary>
    public SenderMap? Sender { get; init; }

    public MappedMessage? Mapped { get; init; }

    /// <summary>Why the message is refused before anything is looked up; empty when it goes on.</summary>
    public IReadOnlyList<Problem> Refusals { get; init; } = [];

    /// <summary>Null when the message cannot be recognised when it comes again (no control id, or not readable).</summary>
    public MessageIdentity? Identity { get; init; }

    /// <summary>Journal entry that this one replays; null for a message from a sender.</summary>
    public Guid? ReplayOf { get; init; }

    /// <summary>What the batch must load and lock for this message.</summary>
    public required WorkspaceKeys Keys { get; init; }

    /// <summary>Messages with the same lane key keep their order: the patient's id, else the order's number, else the sender's connection.</summary>
    public required string Lane { get; init; }
}
