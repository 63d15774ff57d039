namespace CloudPacs.Mapping.Fhir;

/// <summary>What the domain has decided, for the rules that write FHIR resources.</summary>
public sealed record FhirState : DomainState
{
    /// <summary>Relative references, such as <c>Patient/0195…</c>.</summary>
    public string? PatientReference { get; init; }

    public string? EncounterReference { get; init; }

    public string? ServiceRequestReference { get; init; }

    public string? ParentReference { get; init; }

    public string? ReplacesReference { get; init; }

    public string? AppointmentReference { get; init; }

    public string? ReportReference { get; init; }

    /// <summary>FHIR code of the report.</summary>
    public string? ReportStatus { get; init; }

    public MappedIdentifier? PatientId { get; init; }

    /// <summary>The further current ids, and those of merged patients and former ones; null = not known here.</summary>
    public IReadOnlyList<MappedIdentifier>? OtherPatientIds { get; init; }

    public IReadOnlyList<MappedIdentifier>? PriorPatientIds { get; init; }

    /// <summary>Code and description of the requested procedure as they are stored now; read when a rule asks.</summary>
    public Func<string?>? ProcedureCode { get; init; }

    public Func<string?>? ProcedureText { get; init; }

    /// <summary>Description of the scheduled procedure step as it is stored now; read when a rule asks.</summary>
    public Func<string?>? StepText { get; init; }

    /// <summary>FHIR codes.</summary>
    public string? ServiceRequestStatus { get; init; }

    public string? TaskStatus { get; init; }

    public string? Intent { get; init; }

    public string? EncounterStatus { get; init; }

    public string? AppointmentStatus { get; init; }

    /// <summary>Start and end of the visit as they are stored (FHIR dateTime).</summary>
    public string? PeriodStart { get; set; }

    public string? PeriodEnd { get; set; }

    public DateTimeOffset? EndInstant { get; init; }

    /// <summary>ORC-9 of the first message, for authoredOn.</summary>
    public DateTimeOffset? AuthoredOn { get; init; }

    public DateTimeOffset? LastModified { get; init; }

    /// <summary>False for a patient that was merged into another.</summary>
    public bool? IsPatientActive { get; init; }

    /// <summary>What a stand-in of the message did not replace; null = nothing.</summary>
    public KeptAttributes? Kept { get; set; }

    /// <summary>Elements that rules may write, by the name below the resource; null = all.</summary>
    public IReadOnlySet<string>? OnlyElements { get; set; }

    /// <summary>True when the resource is written for the first time.</summary>
    public bool IsNew { get; set; }
}
