namespace CloudPacs.Store.Messages;

/// <summary>Which journal entries to list; what is null does not matter.</summary>
public sealed record JournalFilter
{
    public string? Sender { get; init; }

    public string? MessageType { get; init; }

    public MessageStatus? Status { get; init; }

    public MessageDirection? Direction { get; init; }

    public string? ControlId { get; init; }

    /// <summary>A <see cref="MessageKey"/>, or a bare value, which is looked for among all kinds.</summary>
    public string? Key { get; init; }

    /// <summary>Received at or after.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Received before.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The last entry of the page before: the list goes on after it.</summary>
    public JournalCursor? After { get; init; }
}

/// <summary>A place in the journal, newest first.</summary>
public readonly record struct JournalCursor(DateTimeOffset ReceivedAt, Guid Id);
