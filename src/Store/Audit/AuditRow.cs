namespace CloudPacs.Store.Audit;

public enum AuditOutcome : short { Success = 0, MinorFailure = 4, SeriousFailure = 8, MajorFailure = 12 }

/// <summary>Who did what to whom: one entry of the audit trail, written in the transaction of the act.</summary>
public sealed record AuditRow
{
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What was done: order.create, patient.merge, consent.revoke …</summary>
    public required string Action { get; init; }

    public AuditOutcome Outcome { get; init; }

    /// <summary>Sender, AE title, user or system account.</summary>
    public required string Actor { get; init; }

    /// <summary>Network address or listener it came from.</summary>
    public string? Source { get; init; }

    public Guid? PatientId { get; init; }

    public Guid? MessageId { get; init; }

    /// <summary>What it was done to, as a FHIR reference: ServiceRequest/…</summary>
    public string? Entity { get; init; }

    public string? Detail { get; init; }
}
