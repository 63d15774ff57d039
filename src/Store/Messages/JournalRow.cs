namespace CloudPacs.Store.Messages;

public enum MessageDirection : short { Inbound = 0, Outbound = 1 }

/// <summary>What became of a message; <see cref="Part"/> is kept until the parts that belong to it are there.</summary>
public enum MessageStatus : short { Applied = 0, Rejected = 1, Parked = 2, Duplicate = 3, Part = 4 }

/// <summary>One message in the journal, in or out, with the answer that it got.</summary>
public sealed record JournalRow
{
    public required Guid Id { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public MessageDirection Direction { get; init; }

    public required MessageStatus Status { get; init; }

    public required string Listener { get; init; }

    public string? RemoteAddress { get; init; }

    /// <summary>Name of the configured sender (or destination, outbound).</summary>
    public required string Sender { get; init; }

    public string? SendingApplication { get; init; }

    public string? SendingFacility { get; init; }

    public string? MessageType { get; init; }

    public string? TriggerEvent { get; init; }

    public string? Structure { get; init; }

    public string? ControlId { get; init; }

    public string? Version { get; init; }

    public string? ProcessingId { get; init; }

    /// <summary>MSA-1 of the answer.</summary>
    public string? AckCode { get; init; }

    public string? MapVersion { get; init; }

    /// <summary>The journal entry that this one repeats by hand.</summary>
    public Guid? ReplayOf { get; init; }

    public Guid? ContentHash { get; init; }

    /// <summary>What the message is found by: <see cref="MessageKey"/>s.</summary>
    public IReadOnlyCollection<string> Keys { get; init; } = [];

    public IReadOnlyCollection<string> Warnings { get; init; } = [];

    /// <summary>Problems as a JSON array; null when there is none.</summary>
    public string? Problems { get; init; }

    /// <summary>The bytes as received or sent.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    public ReadOnlyMemory<byte> Acknowledgment { get; init; }
}
