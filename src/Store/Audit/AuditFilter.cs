namespace CloudPacs.Store.Audit;

/// <summary>Which entries of the audit trail are read, the latest first.</summary>
public sealed record AuditFilter
{
    /// <summary>From this time on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>To this time, which is still one of them.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Before this entry, in the order of the list.</summary>
    public (DateTimeOffset At, Guid Id)? Before { get; init; }

    /// <summary>About this patient.</summary>
    public Guid? PatientId { get; init; }

    /// <summary>About one of these patients.</summary>
    public IReadOnlyCollection<Guid>? Patients { get; init; }

    /// <summary>Of this actor.</summary>
    public string? Actor { get; init; }

    /// <summary>What was done, such as <c>order.placed</c>.</summary>
    public string? Action { get; init; }

    /// <summary>A resource that they name, as <c>Type/id</c>.</summary>
    public (string Type, string Id)? Resource { get; init; }

    /// <summary>How many are passed over.</summary>
    public int Skip { get; init; }

    public required int Count { get; init; }
}
