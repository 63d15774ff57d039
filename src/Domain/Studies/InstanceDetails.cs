using CloudPacs.Dicom;
using CloudPacs.Store;
using CloudPacs.Store.Studies;

namespace CloudPacs.Domain.Studies;

/// <summary>An instance that was received, and whose bytes are kept.</summary>
public sealed class InstanceDetails : Details
{
    public required string StudyInstanceUid { get; init; }

    public required string SeriesInstanceUid { get; init; }

    public required string SopInstanceUid { get; init; }

    public required string SopClassUid { get; init; }

    public required string TransferSyntaxUid { get; init; }

    /// <summary>Whose images they are, with the authority that their sender gives ids that name none; null when they show no id.</summary>
    public Identifier? PatientId { get; init; }

    /// <summary>SOP Instance UID of the performed step that made it; null when it names none.</summary>
    public string? PerformedStepUid { get; init; }

    public required InstanceBytes Bytes { get; init; }

    /// <summary>The archive that has its bytes, where it was found; null when they came with it.</summary>
    public string? Archive { get; init; }

    /// <summary>The attributes of patient, study, series and instance that are asked for, text in Unicode.</summary>
    public required DataSet Header { get; init; }
}
