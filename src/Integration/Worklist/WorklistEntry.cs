using CloudPacs.Dicom;
using CloudPacs.Store.Orders;

namespace CloudPacs.Integration.Worklist;

/// <summary>
/// One scheduled procedure step as modalities see it: the keys that queries mostly use, and the attributes of patient, visit, request and
/// step as DICOM JSON, put together when they are asked for. Immutable; a change makes a new entry.
/// </summary>
public sealed class WorklistEntry
{
    /// <summary>Row id of the step.</summary>
    public required Guid StepRowId { get; init; }

    public required Guid PatientRowId { get; init; }

    public Guid? VisitRowId { get; init; }

    public required string AccessionNumber { get; init; }

    public required string StudyInstanceUid { get; init; }

    public required string StepId { get; init; }

    public required string Modality { get; init; }

    public required IReadOnlyList<string> StationAeTitles { get; init; }

    /// <summary>Scheduled start in local time of the site.</summary>
    public required DateTime Start { get; init; }

    public required StepState State { get; init; }

    /// <summary>Facility whose stations see the entry; null = all.</summary>
    public string? Facility { get; init; }

    /// <summary>Local time of the site after which the entry is off the list.</summary>
    public required DateTime VisibleUntil { get; init; }

    /// <summary>Person and visit data, shared by all entries of the patient.</summary>
    public required PatientPart Patient { get; init; }

    public required ReadOnlyMemory<byte> VisitAttributes { get; init; }

    public required ReadOnlyMemory<byte> ProcedureAttributes { get; init; }

    public required ReadOnlyMemory<byte> StepAttributes { get; init; }

    public required string RequestedProcedureId { get; init; }

    /// <summary>The whole entry as a data set: root level and one item in (0040,0100). Made at each call: a million entries must not hold it.</summary>
    public DataSet Compose() => EntryComposer.Compose(this);

    /// <summary>The same entry with other person data.</summary>
    public WorklistEntry With(PatientPart patient) => new()
    {
        StepRowId = StepRowId, PatientRowId = patient.RowId, VisitRowId = VisitRowId, AccessionNumber = AccessionNumber,
        StudyInstanceUid = StudyInstanceUid, StepId = StepId, Modality = Modality, StationAeTitles = StationAeTitles, Start = Start, State = State,
        Facility = Facility, VisibleUntil = VisibleUntil, Patient = patient, VisitAttributes = VisitAttributes,
        ProcedureAttributes = ProcedureAttributes, StepAttributes = StepAttributes, RequestedProcedureId = RequestedProcedureId,
    };
}

/// <summary>What an entry takes from its patient.</summary>
/// <param name="RowId">Row id of the (surviving) patient.</param>
/// <param name="PatientId">Value of the primary identifier.</param>
/// <param name="NameGroups">Component groups of the name, folded for matching.</param>
/// <param name="Attributes">Patient-level attributes as DICOM JSON, identifiers included.</param>
public sealed record PatientPart(Guid RowId, string PatientId, IReadOnlyList<string> NameGroups, ReadOnlyMemory<byte> Attributes);
