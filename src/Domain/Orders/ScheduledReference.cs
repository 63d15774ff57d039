using CloudPacs.Dicom;
using CloudPacs.Store;

namespace CloudPacs.Domain.Orders;

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

    /// <summary>Those of a performed step.</summary>
    public static IReadOnlyList<ScheduledReference> AllOf(DataSet performed)
    {
        ArgumentNullException.ThrowIfNull(performed);
        return [.. performed.GetItems(Tags.ScheduledStepAttributesSequence).Select(Of)];
    }

    /// <summary>Whose images are made, as the performed step says; null when it says nobody.</summary>
    public static Identifier? PatientOf(DataSet performed)
    {
        ArgumentNullException.ThrowIfNull(performed);
        return ShownNumbers.PatientId(performed);
    }

    private static ScheduledReference Of(DataSet item) => new()
    {
        StudyInstanceUid = item.GetString(Tags.StudyInstanceUid),
        AccessionNumber = ShownNumbers.Number(item, Tags.AccessionNumber, Tags.IssuerOfAccessionNumberSequence),
        RequestedProcedureId = item.GetString(Tags.RequestedProcedureId),
        StepId = item.GetString(Tags.ScheduledProcedureStepId),
        PlacerNumber = ShownNumbers.Number(item, Tags.PlacerOrderNumberImagingServiceRequest, Tags.OrderPlacerIdentifierSequence),
        FillerNumber = ShownNumbers.Number(item, Tags.FillerOrderNumberImagingServiceRequest, Tags.OrderFillerIdentifierSequence),
    };
}
