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
        return IdOf(performed.GetString(Tags.PatientId), performed.GetString(Tags.IssuerOfPatientId));
    }

    private static ScheduledReference Of(DataSet item) => new()
    {
        StudyInstanceUid = item.GetString(Tags.StudyInstanceUid),
        AccessionNumber = NumberOf(item, Tags.AccessionNumber, Tags.IssuerOfAccessionNumberSequence),
        RequestedProcedureId = item.GetString(Tags.RequestedProcedureId),
        StepId = item.GetString(Tags.ScheduledProcedureStepId),
        PlacerNumber = NumberOf(item, Tags.PlacerOrderNumberImagingServiceRequest, Tags.OrderPlacerIdentifierSequence),
        FillerNumber = NumberOf(item, Tags.FillerOrderNumberImagingServiceRequest, Tags.OrderFillerIdentifierSequence),
    };

    /// <summary>A number with the authority of its macro (PS3.3 10.14), if it has one.</summary>
    private static Identifier? NumberOf(DataSet item, Tag number, Tag authority)
    {
        if (IdOf(item.GetString(number), null) is not { } id) return null;
        return item.GetItems(authority) is not [var issuer, ..] ? id : id with
        {
            Namespace = issuer.GetString(Tags.LocalNamespaceEntityId),
            UniversalId = issuer.GetString(Tags.UniversalEntityId),
            UniversalIdType = issuer.GetString(Tags.UniversalEntityIdType),
        };
    }

    private static Identifier? IdOf(string? value, string? authority) =>
        value is not null && IdCharacters.Normalize(value) is { Length: > 0 } id ? new Identifier(id, authority) : null;
}
