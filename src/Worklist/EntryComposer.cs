using CloudPacs.Dicom;
using CloudPacs.Domain;

namespace CloudPacs.Worklist;

/// <summary>
/// Puts the data set of an entry together. Keys and state come from the rows and win over what the stored attributes say of them, so that
/// what is matched and what is answered is the same.
/// </summary>
internal static class EntryComposer
{
    /// <summary>What an order says of its patient holds for its own entries, whatever is known of the patient otherwise.</summary>
    private static readonly Tag[] OfOrder =
        [Tags.MedicalAlerts, Tags.PatientState, Tags.ConfidentialityConstraintOnPatientDataDescription];

    public static DataSet Compose(WorklistEntry entry)
    {
        var whole = new DataSet();
        Add(whole, entry.ProcedureAttributes);
        var ofOrder = OfOrder.Select(tag => whole.TryGet(tag, out var element) ? element : null).OfType<DataElement>().ToList();
        Add(whole, entry.Visit?.Attributes ?? default);
        Add(whole, entry.Patient.Attributes);
        foreach (var element in ofOrder) whole.Add(element);
        PutLocation(whole);
        whole.Set(Tags.AccessionNumber, entry.AccessionNumber);
        whole.Set(Tags.StudyInstanceUid, entry.StudyInstanceUid);
        whole.Set(Tags.RequestedProcedureId, entry.RequestedProcedureId);

        var step = new DataSet();
        Add(step, entry.StepAttributes);
        step.Set(Tags.Modality, entry.Modality);
        step.Set(Tags.ScheduledProcedureStepId, entry.StepId);
        step.Set(Tags.ScheduledStationAeTitle, [.. entry.StationAeTitles]);
        ScheduledTimes.MoveTo(step, entry.Start);
        step.Set(Tags.ScheduledProcedureStepStatus, StepStates.Status(entry.State));
        whole.SetSequence(Tags.ScheduledProcedureStepSequence, step);
        return whole;
    }

    /// <summary>A portable examination happens where the patient is now.</summary>
    private static void PutLocation(DataSet whole)
    {
        if (whole.GetString(Tags.PatientTransportArrangements) == "PORT"
            && whole.GetString(Tags.CurrentPatientLocation) is { } location) whole.Set(Tags.RequestedProcedureLocation, location);
    }

    /// <summary>Lays attributes in wire form over those that <paramref name="target"/> has.</summary>
    private static void Add(DataSet target, ReadOnlyMemory<byte> wire)
    {
        if (wire.IsEmpty) return;
        foreach (var element in Attributes.Decode(wire))
            if (!Attributes.IsOfRow(element.Tag)) target.Add(element);
    }
}
