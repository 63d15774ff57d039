namespace CloudPacs.Store.Audit;

public enum AuditOutcome : short { Success = 0, MinorFailure = 4, SeriousFailure = 8, MajorFailure = 12 }

/// <summary>Who did what to whom: one entry of the audit trail, written in the transaction of the act.</summary>
public sealed record AuditRow
{
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What was done: order.placed, patient.merged …</summary>
    public required string Action { get; init; }

    public AuditOutcome Outcome { get; init; }

    /// <summary>Sender, AE title, user or system account.</summary>
    public required string Actor { get; init; }

    /// <summary>Network address or listener it came from.</summary>
    public string? Source { get; init; }

    /// <summary>Whom it was about; null when nobody is known.</summary>
    public Guid? PatientId { get; init; }

    public Guid? MessageId { get; init; }

    /// <summary>Id of the row that it was done to.</summary>
    public string? Entity { get; init; }

    /// <summary>Why, in the words of whoever asked for it.</summary>
    public string? Detail { get; init; }

    /// <summary>With the first act of a change the versions of FHIR resources that came of it, with blanks between.</summary>
    public string? Resources { get; init; }
}
