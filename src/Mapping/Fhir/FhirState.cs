using CloudPacs.Dicom;

namespace CloudPacs.Mapping.Fhir;

/// <summary>
/// What the domain has decided about one patient, order or step, for the FHIR maps (<c>$state.x</c>). What is null is absent.
/// </summary>
public sealed record FhirState
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

    /// <summary>All current ids, the primary one first; null = not known here.</summary>
    public IReadOnlyList<MappedIdentifier>? PatientIds { get; init; }

    /// <summary>The further current ids, and those of merged patients and former ones; null = not known here.</summary>
    public IReadOnlyList<MappedIdentifier>? OtherPatientIds { get; init; }

    public IReadOnlyList<MappedIdentifier>? PriorPatientIds { get; init; }

    public MappedIdentifier? VisitNumber { get; init; }

    /// <summary>PV1-2.</summary>
    public string? PatientClass { get; init; }

    public MappedIdentifier? PlacerNumber { get; init; }

    public MappedIdentifier? FillerNumber { get; init; }

    public MappedIdentifier? AccessionNumber { get; init; }

    public string? RequestedProcedureId { get; init; }

    public string? StudyInstanceUid { get; init; }

    public string? StepId { get; init; }

    public string? Modality { get; init; }

    /// <summary>Code and description of the requested procedure as they are stored now; read when a rule asks.</summary>
    public Func<string?>? ProcedureCode { get; init; }

    public Func<string?>? ProcedureText { get; init; }

    /// <summary>Description of the scheduled procedure step as it is stored now; read when a rule asks.</summary>
    public Func<string?>? StepText { get; init; }

    public IReadOnlyList<string> StationAeTitles { get; init; } = [];

    /// <summary>FHIR codes.</summary>
    public string? ServiceRequestStatus { get; init; }

    public string? TaskStatus { get; init; }

    public string? Intent { get; init; }

    public string? EncounterStatus { get; init; }

    public string? AppointmentStatus { get; init; }

    /// <summary>The DICOM state of the step, such as SCHEDULED.</summary>
    public string? StepState { get; init; }

    /// <summary>Why a step was cancelled or is on hold, in words.</summary>
    public string? StatusReason { get; init; }

    public DateTimeOffset? StartInstant { get; init; }

    public DateTimeOffset? EndInstant { get; init; }

    /// <summary>ORC-9 of the first message, for authoredOn.</summary>
    public DateTimeOffset? AuthoredOn { get; init; }

    public DateTimeOffset? LastModified { get; init; }

    /// <summary>False for a patient that was merged into another.</summary>
    public bool? IsPatientActive { get; init; }

    /// <summary>What happened to the step, for outgoing messages: numbered, started, completed …</summary>
    public string? Event { get; init; }

    public DateTimeOffset? EventTime { get; init; }

    /// <summary>Who did it: a station, a sending application, or a person.</summary>
    public string? Actor { get; init; }

    /// <summary>Id of the outgoing message (MSH-10).</summary>
    public string? MessageId { get; init; }

    public DateTimeOffset? PerformedStart { get; init; }

    public DateTimeOffset? PerformedEnd { get; init; }

    /// <summary>Who performed the step, as a DICOM name (PS3.5 6.2.1).</summary>
    public string? Performer { get; init; }

    /// <summary>Why it was discontinued, as an item of a code sequence (PS3.3 8.8).</summary>
    public DataSet? ReasonCode { get; init; }

    /// <summary>What a stand-in of the message did not replace; null = nothing.</summary>
    public KeptAttributes? Kept { get; set; }

    /// <summary>Elements that rules may write, by the name below the resource; null = all.</summary>
    public IReadOnlySet<string>? OnlyElements { get; set; }

    /// <summary>True when the resource is written for the first time.</summary>
    public bool IsNew { get; set; }
}
