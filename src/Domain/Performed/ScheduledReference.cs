using CloudPacs.Store;

namespace CloudPacs.Domain.Performed;

/// <summary>
/// What a performed step says of one scheduled step that it performs (an item of Scheduled Step Attributes Sequence, PS3.3 C.4.14). A
/// walk-in names a study and no step.
/// </summary>
public sealed record ScheduledReference
{
    public string? StudyInstanceUid { get; init; }

    public Identifier? AccessionNumber { get; init; }

    public string? RequestedProcedureId { get; init; }

    public string? StepId { get; init; }

    public Identifier? PlacerNumber { get; init; }

    public Identifier? FillerNumber { get; init; }
}
