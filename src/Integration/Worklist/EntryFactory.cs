using CloudPacs.Dicom;
using CloudPacs.Integration.Settings;
using CloudPacs.Integration.Worklist.Matching;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Integration.Worklist;

/// <summary>Makes worklist entries of the rows that the database holds.</summary>
internal sealed class EntryFactory(WorklistSettings settings)
{
    public WorklistEntry Create(StepRow step, ProcedureRow procedure, OrderRow order, VisitRow? visit, PatientPart patient) => new()
    {
        StepRowId = step.Id,
        PatientRowId = patient.RowId,
        VisitRowId = order.VisitId,
        AccessionNumber = procedure.AccessionNumber.Value,
        StudyInstanceUid = procedure.StudyInstanceUid,
        RequestedProcedureId = procedure.RequestedProcedureId,
        StepId = step.StepId,
        Modality = step.Modality,
        StationAeTitles = step.StationAeTitles,
        Start = step.Start,
        State = step.StepState,
        Facility = order.Facility,
        VisibleUntil = VisibleUntil(step.Start, visit),
        Patient = patient,
        VisitAttributes = visit?.Attributes ?? default,
        ProcedureAttributes = procedure.Attributes,
        StepAttributes = step.Attributes,
    };

    /// <summary>Patient data with the identifiers of the rows: the primary one in (0010,0020), all others, prior ones too, in (0010,1002).</summary>
    public static PatientPart CreatePatient(PatientRow patient)
    {
        var attributes = patient.Attributes.IsEmpty ? new DataSet() : DicomJson.Read(patient.Attributes);
        var primary = patient.Identifiers.Find(static i => i.IsPrimary)?.Identifier ?? patient.Identifiers[0].Identifier;
        attributes.Set(Tags.PatientId, primary.Value);
        if (primary.Namespace is { } issuer) attributes.Set(Tags.IssuerOfPatientId, issuer);
        AddPriorIds(attributes, patient);
        return new PatientPart(patient.Id, primary.Value, NameKey.Groups(attributes.GetString(Tags.PatientName) ?? ""), DicomJson.ToUtf8Bytes(attributes));
    }

    private static void AddPriorIds(DataSet attributes, PatientRow patient)
    {
        var others = attributes.GetItems(Tags.OtherPatientIdsSequence).ToList();
        foreach (var (identifier, _, _) in patient.Identifiers.Where(static i => i.IsPrior))
        {
            if (others.Exists(item => item.GetString(Tags.PatientId) == identifier.Value && item.GetString(Tags.IssuerOfPatientId) == identifier.Namespace)) continue;
            var item = new DataSet().Set(Tags.PatientId, identifier.Value);
            if (identifier.Namespace is { } issuer) item.Set(Tags.IssuerOfPatientId, issuer);
            others.Add(item.Set(Tags.TypeOfPatientId, "TEXT"));
        }

        if (others.Count > 0) attributes.SetSequence(Tags.OtherPatientIdsSequence, [.. others]);
    }

    private DateTime VisibleUntil(DateTime start, VisitRow? visit)
    {
        var keep = visit?.PatientClass == "I" ? Max(settings.KeepVisibleInpatient, settings.KeepVisible) : settings.KeepVisible;
        return DateTime.MaxValue - start > keep ? start + keep : DateTime.MaxValue;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
