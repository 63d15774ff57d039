using CloudPacs.Hl7v2;

namespace CloudPacs.Mapping;

/// <summary>One report of the message: a result (one OBR of an ORU) or a document (MDM).</summary>
public sealed class MappedReport
{
    public MappedIdentifier? DocumentNumber { get; set; }

    public MappedIdentifier? FillerNumber { get; set; }

    public MappedIdentifier? PlacerNumber { get; set; }

    public MappedIdentifier? AccessionNumber { get; set; }

    public string? StudyInstanceUid { get; set; }

    /// <summary>Code of what was examined.</summary>
    public string? Code { get; set; }

    /// <summary>Code of FHIR diagnostic-report-status; null when the message does not say it.</summary>
    public string? State { get; set; }

    /// <summary>When it was reported or its state changed, resolved by the zone rules.</summary>
    public DateTimeOffset? ReportedAt { get; set; }

    /// <summary>Number of the document that it adds to (<c>addendum</c>) or takes the place of (<c>replacement</c>).</summary>
    public MappedIdentifier? Parent { get; set; }

    public string? Relation { get; set; }

    /// <summary>The text that shows the report, then what was sent as a document, in message order.</summary>
    public List<MappedDocument> Documents { get; } = [];

    public List<MappedObservation> Observations { get; } = [];

    /// <summary>Whether an OBX with a value stands below it, even one that was left out.</summary>
    public bool HasContent { get; init; }

    /// <summary>Occurrence of the OBR in the message, from 1; 0 = there is none.</summary>
    public int ObrOccurrence { get; init; }

    /// <summary>Errors refuse the message.</summary>
    public List<Problem> Problems { get; } = [];

    /// <summary>The one of <see cref="MappedMessage.Patients"/> whose PID it stands below; null when there is none.</summary>
    public MappedPatient? Patient { get; init; }

    public object? Scope { get; init; }

    /// <summary>The OBX that are documents, discrete results, or nothing to be shown; all others are text.</summary>
    internal List<Segment> DocumentSegments { get; } = [];

    internal List<Segment> ObservationSegments { get; } = [];

    internal List<Segment> SegmentsWithoutText { get; } = [];

    /// <summary>Comments that stand below the text.</summary>
    internal List<Segment> NoteSegments { get; } = [];
}

/// <summary>One discrete result of a report.</summary>
public sealed class MappedObservation
{
    /// <summary>Code and code system in one text.</summary>
    public string? Code { get; set; }

    /// <summary>OBX-4.</summary>
    public string? SubId { get; set; }

    /// <summary>Code of FHIR observation-status.</summary>
    public string? Status { get; set; }

    /// <summary>Occurrence of its OBX in the message, from 1.</summary>
    public int ObxOccurrence { get; init; }

    public List<Problem> Problems { get; } = [];

    public object? Scope { get; init; }
}
