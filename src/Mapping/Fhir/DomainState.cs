namespace CloudPacs.Mapping.Fhir;

/// <summary>
/// What the domain has decided about one patient, order or step, for the rules of the second phase (<c>$state.x</c>). What is null is
/// absent.
/// </summary>
public abstract record DomainState
{
    /// <summary>All current ids, the primary one first; null = not known here.</summary>
    public IReadOnlyList<MappedIdentifier>? PatientIds { get; init; }

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

    public IReadOnlyList<string> StationAeTitles { get; init; } = [];

    /// <summary>The DICOM state of the step, such as SCHEDULED.</summary>
    public string? StepState { get; init; }

    /// <summary>Why a step was cancelled or is on hold, in words.</summary>
    public string? StatusReason { get; init; }

    public DateTimeOffset? StartInstant { get; init; }
}
