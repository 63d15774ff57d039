using CloudPacs.Domain.Patients;
using CloudPacs.Store;
using CloudPacs.Store.Reports;

namespace CloudPacs.Domain.Reports;

/// <summary>What is said of one report: one version of it, or only what became of it.</summary>
public sealed class ReportDetails : Details
{
    /// <summary>Number of the document; null when the report is a result.</summary>
    public Identifier? DocumentNumber { get; init; }

    public Identifier? FillerNumber { get; init; }

    public Identifier? PlacerNumber { get; init; }

    public Identifier? AccessionNumber { get; init; }

    public string? StudyInstanceUid { get; init; }

    /// <summary>Code of what was examined.</summary>
    public string? Code { get; init; }

    public required ReportState State { get; init; }

    /// <summary>When it was reported or its state changed; null when that is not said.</summary>
    public DateTimeOffset? ReportedAt { get; init; }

    /// <summary>Number of the document that it adds to or takes the place of.</summary>
    public Identifier? ParentNumber { get; init; }

    /// <summary>None when that is not said, as it was before.</summary>
    public ReportRelation Relation { get; init; }

    /// <summary>What shows it to people; together they take the place of those of an earlier version.</summary>
    public IReadOnlyList<ReportDocument> Documents { get; init; } = [];

    public IReadOnlyList<ObservationDetails> Observations { get; init; } = [];

    /// <summary>Its sender says that the content comes with it, and sent none.</summary>
    public bool LacksContent { get; init; }

    /// <summary>Whose examination it is; null when nobody is named.</summary>
    public PatientDetails? Patient { get; init; }

    /// <summary>False when only the state is told: what was shown before stays.</summary>
    internal bool HasContent => Documents.Count > 0 || Observations.Count > 0;
}
