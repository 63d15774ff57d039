using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;
using CloudPacs.Domain;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Worklist;

/// <summary>Makes worklist entries of the rows that the database holds.</summary>
internal sealed class EntryFactory(WorklistSettings settings, TimeZoneInfo zone)
{
    public WorklistEntry Create(
        StepRow step, ProcedureRow procedure, OrderRow order, PatientPart patient, VisitPart? visit, long revision)
    {
        var start = TimeZoneInfo.ConvertTime(step.Start, zone);
        return new()
        {
            StepRowId = step.Id,
            PatientRowId = patient.RowId,
            AccessionNumber = procedure.AccessionNumber.Value,
            StudyInstanceUid = procedure.StudyInstanceUid,
            RequestedProcedureId = procedure.RequestedProcedureId,
            StepId = step.StepId,
            Modality = step.Modality,
            StationAeTitles = step.StationAeTitles,
            Start = start.DateTime,
            Offset = start.Offset,
            State = step.StepState,
            Facility = order.Facility,
            KeepVisible = visit?.KeepVisible ?? settings.KeepVisible,
            Revision = revision,
            Patient = patient,
            Visit = visit,
            ProcedureAttributes = Attributes.Wire(procedure.Attributes),
            StepAttributes = Attributes.Wire(step.Attributes),
        };
    }

    public VisitPart CreateVisit(VisitRow visit, long revision) =>
        new(visit.Id, Attributes.Wire(visit.Attributes), settings.KeepVisibleOf(visit.PatientClass), revision);

    /// <summary>
    /// Patient data with the identifiers of the rows: the primary one in (0010,0020), all others, prior ones too, in (0010,1002).
    /// </summary>
    public static PatientPart CreatePatient(PatientRow patient, long revision)
    {
        var attributes = Attributes.Copy(patient.Attributes);
        var primary = patient.Identifiers.Find(static i => i.IsPrimary)?.Identifier ?? patient.Identifiers[0].Identifier;
        var patientId = IdCharacters.Show(primary.Value);
        attributes.Set(Tags.PatientId, patientId);
        if (primary.Namespace is { } issuer) attributes.Set(Tags.IssuerOfPatientId, IdCharacters.Show(issuer));
        // A worklist must give a name (type 1); a person without one is told apart by the id (PS3.4 table K.6-1).
        if (attributes.GetString(Tags.PatientName) is null)
            attributes.Set(Tags.PatientName, new PersonName(new PersonNameGroup("UNKNOWN", primary.Value)).Clean().Fit(out _).ToString());
        AddPriorIds(attributes, patient);
        var wire = (Attributes.Renew(patient.Attributes, attributes) ?? patient.Attributes).Bytes;
        return new PatientPart(patient.Id, patientId, NameKey.Groups(attributes.GetString(Tags.PatientName) ?? ""), wire, revision);
    }

    private static void AddPriorIds(DataSet attributes, PatientRow patient)
    {
        var others = attributes.GetItems(Tags.OtherPatientIdsSequence).ToList();
        foreach (var (identifier, _, _) in patient.Identifiers.Where(static i => i.IsPrior))
        {
            if (ItemOf(identifier) is { } item && !others.Exists(other => IsSame(other, item))) others.Add(item);
        }

        if (others.Count > 0) attributes.SetSequence(Tags.OtherPatientIdsSequence, [.. others]);
    }

    private static DataSet? ItemOf(Identifier id) =>
        HierarchicDesignator.PatientIdItem(id.Value, id.Namespace, id.UniversalId, id.UniversalIdType);

    private static bool IsSame(DataSet a, DataSet b) =>
        a.GetString(Tags.PatientId) == b.GetString(Tags.PatientId)
            && a.GetString(Tags.IssuerOfPatientId) == b.GetString(Tags.IssuerOfPatientId);
}
