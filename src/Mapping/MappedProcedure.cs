using CloudPacs.Dicom;
using CloudPacs.Hl7v2;

namespace CloudPacs.Mapping;

/// <summary>The keys and order control of one ORC/OBR group (of one IPC of it when there are several).</summary>
public sealed class MappedGroup
{
    /// <summary>ORC-1 in upper case; null when empty.</summary>
    public string? Control { get; set; }

    /// <summary>ORC-5 in upper case; null when empty.</summary>
    public string? Status { get; set; }

    /// <summary>ORC-16 in words: why it was cancelled, held or changed.</summary>
    public string? Reason { get; set; }

    public MappedIdentifier? PlacerNumber { get; set; }

    public MappedIdentifier? FillerNumber { get; set; }

    public MappedIdentifier? Parent { get; set; }

    public MappedIdentifier? AccessionNumber { get; set; }

    public string? RequestedProcedureId { get; set; }

    public string? StudyInstanceUid { get; set; }

    public string? StepId { get; set; }

    /// <summary>ORC-9, resolved by the zone rules.</summary>
    public DateTimeOffset? TransactionTime { get; set; }

    /// <summary>filler-feed (ZDS, IPC, OBR-19 or OBR-20 present, or sender setting) or placer-feed.</summary>
    public bool IsFillerFeed { get; set; }

    /// <summary>Occurrences of the segments of this group in the message, from 1; 0 = the group has none.</summary>
    public int OrcOccurrence { get; init; }

    public int ObrOccurrence { get; init; }

    public int IpcOccurrence { get; init; }

    /// <summary>Place of the order group in the message, from 0 (several IPC of one group share it).</summary>
    public int GroupIndex { get; init; }

    /// <summary>Errors of the keys themselves (too long, bad UID syntax): they end the message in every kind of order control.</summary>
    public List<Problem> Problems { get; } = [];
}

/// <summary>One requested procedure of the message: groups that share Study UID, or accession and requested procedure id.</summary>
public sealed class MappedProcedure
{
    /// <summary>The group that stands first; its keys are those of the procedure.</summary>
    public required MappedGroup First { get; init; }

    /// <summary>Attributes of the request and the requested procedure.</summary>
    public required DataSet Attributes { get; init; }

    public List<MappedStep> Steps { get; } = [];

    /// <summary>Errors that count when this procedure is created or updated, not in control messages.</summary>
    public List<Problem> Problems { get; } = [];

    /// <summary>Attributes whose values stand in for better ones that were not sent.</summary>
    public IReadOnlyList<MappedStandIn> StandIns { get; internal set; } = [];

    public object? Scope { get; init; }
}

/// <summary>One scheduled procedure step of the message.</summary>
public sealed class MappedStep
{
    public required MappedGroup Group { get; init; }

    /// <summary>Content of the Scheduled Procedure Step Sequence item.</summary>
    public required DataSet Attributes { get; init; }

    /// <summary>
    /// Start in local time of the site; null when the message gives none (time of receipt is taken at creation, flag unscheduled-time).
    /// </summary>
    public DateTime? Start { get; set; }

    /// <summary>The same instant with the offset that was found, for FHIR.</summary>
    public DateTimeOffset? StartInstant { get; set; }

    public List<Problem> Problems { get; } = [];

    /// <summary>Attributes whose values stand in for better ones that were not sent.</summary>
    public IReadOnlyList<MappedStandIn> StandIns { get; internal set; } = [];

    public object? Scope { get; init; }
}

/// <summary>Values of one SIU message.</summary>
public sealed class MappedAppointment
{
    public MappedIdentifier? PlacerAppointmentId { get; set; }

    public MappedIdentifier? FillerAppointmentId { get; set; }

    public MappedIdentifier? PlacerOrderNumber { get; set; }

    public MappedIdentifier? FillerOrderNumber { get; set; }

    public string? StepId { get; set; }

    public MappedIdentifier? AccessionNumber { get; set; }

    /// <summary>SCH-25 in upper case, or null.</summary>
    public string? Status { get; set; }

    /// <summary>Step-level attributes that change: start, location, station, person.</summary>
    public required DataSet Attributes { get; init; }

    public DateTime? Start { get; set; }

    public DateTimeOffset? StartInstant { get; set; }

    /// <summary>What the FHIR maps need to run for this appointment later; opaque to everybody else.</summary>
    public object? Scope { get; init; }
}
