using CloudPacs.Dicom;
using CloudPacs.Store.Orders;

namespace CloudPacs.Worklist;

/// <summary>
/// One scheduled procedure step as modalities see it: the keys that queries mostly use, and the attributes of patient, visit, request and
/// step in wire form (<see cref="Domain.Attributes"/>), put together when they are asked for. Immutable; a change makes a new entry.
/// </summary>
public sealed class WorklistEntry
{
    /// <summary>Row id of the step.</summary>
    public required Guid StepRowId { get; init; }

    public required Guid PatientRowId { get; init; }

    public required string AccessionNumber { get; init; }

    public required string StudyInstanceUid { get; init; }

    public required string StepId { get; init; }

    public required string Modality { get; init; }

    public required IReadOnlyList<string> StationAeTitles { get; init; }

    /// <summary>Scheduled start in local time of the site.</summary>
    public required DateTime Start { get; init; }

    /// <summary>Its offset from UTC.</summary>
    public required TimeSpan Offset { get; init; }

    public required StepState State { get; init; }

    /// <summary>Facility whose stations see the entry; null = all.</summary>
    public string? Facility { get; init; }

    /// <summary>Local time of the site after which the entry is off the list.</summary>
    public DateTime VisibleUntil => Start.Ticks > DateTime.MaxValue.Ticks - KeepVisible.Ticks ? DateTime.MaxValue : Start + KeepVisible;

    /// <summary>How long it stays after its start.</summary>
    public required TimeSpan KeepVisible { get; init; }

    /// <summary>Orders changes of the same step: a lower one never replaces a higher one.</summary>
    public long Revision { get; init; }

    /// <summary>Person data, shared by all entries of the patient.</summary>
    public required PatientPart Patient { get; init; }

    /// <summary>Visit data, shared by all entries of the visit; null without one.</summary>
    public VisitPart? Visit { get; init; }

    public required ReadOnlyMemory<byte> ProcedureAttributes { get; init; }

    public required ReadOnlyMemory<byte> StepAttributes { get; init; }

    public required string RequestedProcedureId { get; init; }

    /// <summary>
    /// The whole entry as a data set: root level and one item in (0040,0100). Made at each call: a million entries must not hold it.
    /// </summary>
    public DataSet Compose() => EntryComposer.Compose(this);

    /// <summary>The same entry with other person or visit data.</summary>
    public WorklistEntry With(PatientPart patient, VisitPart? visit) => new()
    {
        StepRowId =
            StepRowId, PatientRowId =
                patient.RowId, AccessionNumber = AccessionNumber, StudyInstanceUid = StudyInstanceUid, StepId = StepId,
        Modality = Modality, StationAeTitles = StationAeTitles, Start = Start, Offset = Offset, State = State, Facility = Facility,
        Revision = Revision,
        KeepVisible = visit?.KeepVisible ?? KeepVisible, Patient = patient, Visit = visit, ProcedureAttributes = ProcedureAttributes,
        StepAttributes = StepAttributes, RequestedProcedureId = RequestedProcedureId,
    };
}

/// <summary>What an entry takes from its patient.</summary>
/// <param name="RowId">Row id of the (surviving) patient.</param>
/// <param name="PatientId">Value of the primary identifier, as it is answered.</param>
/// <param name="NameGroups">Component groups of the name, folded for matching.</param>
/// <param name="Attributes">Patient-level attributes in wire form, identifiers included.</param>
/// <param name="Revision">Orders changes of the same patient.</param>
public sealed record PatientPart(
    Guid RowId, string PatientId, IReadOnlyList<string> NameGroups, ReadOnlyMemory<byte> Attributes, long Revision = 0);

/// <summary>What an entry takes from its visit.</summary>
/// <param name="RowId">Row id of the visit.</param>
/// <param name="Attributes">Visit-level attributes in wire form.</param>
/// <param name="KeepVisible">How long entries of this visit stay after their start.</param>
/// <param name="Revision">Orders changes of the same visit.</param>
public sealed record VisitPart(Guid RowId, ReadOnlyMemory<byte> Attributes, TimeSpan KeepVisible, long Revision = 0);
