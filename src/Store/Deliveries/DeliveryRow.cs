namespace CloudPacs.Store.Deliveries;

/// <summary>Something that must leave for one destination, in the order of its key.</summary>
public sealed record DeliveryRow
{
    /// <summary>Given by the database; within a key it is the order of sending.</summary>
    public long Id { get; init; }

    public required string Destination { get; init; }

    /// <summary>What keeps its order: all about one order, or one performed step, has one key.</summary>
    public required string OrderKey { get; init; }

    /// <summary>What it is and how it is sent, such as <c>hl7</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it tells, such as <c>completed</c>.</summary>
    public required string Event { get; init; }

    /// <summary>The id under which the receiver knows it again, the same in each attempt (MSH-10, or SOP Instance UID).</summary>
    public required string ControlId { get; init; }

    public required ReadOnlyMemory<byte> Payload { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DeliveryState State { get; init; }

    /// <summary>All that were made, those that found nobody there with them.</summary>
    public int Attempts { get; init; }

    /// <summary>Attempts that failed though the destination was there; those before it ever was count as none.</summary>
    public int Failures => WasSent ? Attempts : 0;

    /// <summary>Whether it waits for another attempt after one that may have reached the destination.</summary>
    public bool WasSent => NextAttemptAt is not null;

    public DateTimeOffset? NextAttemptAt { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public string? LastError { get; init; }

    /// <summary>The last answer of the destination, as it came.</summary>
    public ReadOnlyMemory<byte> Answer { get; init; }
}
