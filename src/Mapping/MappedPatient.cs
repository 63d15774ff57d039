using CloudPacs.Dicom;
using CloudPacs.Hl7v2;

namespace CloudPacs.Mapping;

/// <summary>Values of one PID (with its MRG and PV1).</summary>
public sealed class MappedPatient
{
    /// <summary>The primary identifier; null when PID gives none (then <see cref="Problems"/> says so).</summary>
    public MappedIdentifier? Primary { get; set; }

    /// <summary>An id was sent and cannot be used: unlike one that was not sent, it leaves open whom the message is about.</summary>
    public bool IsMisnamed { get; set; }

    public List<MappedIdentifier> Others => field ??= [];

    /// <summary>MRG-1 (all repetitions): ids that go away or move.</summary>
    public List<MappedIdentifier> Prior => field ??= [];

    /// <summary>PID-18 / MRG-3.</summary>
    public MappedIdentifier? Account { get; set; }

    public MappedIdentifier? PriorAccount { get; set; }

    /// <summary>PV1-19 (else PID-18) / MRG-5.</summary>
    public MappedIdentifier? Visit { get; set; }

    public MappedIdentifier? PriorVisit { get; set; }

    public string? PatientClass { get; set; }

    /// <summary>Patient-level worklist attributes.</summary>
    public required DataSet PatientAttributes { get; init; }

    /// <summary>Visit-level worklist attributes.</summary>
    public required DataSet VisitAttributes { get; init; }

    /// <summary>Occurrence of the PID in the message, from 1.</summary>
    public int PidOccurrence { get; init; } = 1;

    /// <summary>Errors of required patient values; ignored by control messages that find their order by key.</summary>
    public List<Problem> Problems { get; } = [];

    /// <summary>Attributes whose values stand in for better ones that were not sent.</summary>
    public IReadOnlyList<MappedStandIn> StandIns { get; internal set; } = [];

    /// <summary>What the FHIR maps need to run for this patient later; opaque to everybody else.</summary>
    public object? Scope { get; init; }
}
