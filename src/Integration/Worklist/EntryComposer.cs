using CloudPacs.Dicom;
using CloudPacs.Domain;

namespace CloudPacs.Integration.Worklist;

/// <summary>
/// Puts the data set of an entry together. Keys and state come from the rows and win over what the stored attributes say of them, so that
/// what is matched and what is answered is the same.
/// </summary>
internal static class EntryComposer
{
    public static DataSet Compose(WorklistEntry entry)
    {
        var whole = new DataSet();
        Add(whole, entry.ProcedureAttributes);
        Add(whole, entry.Visit?.Attributes ?? default);
        Add(whole, entry.Patient.Attributes);
        whole.Set(Tags.AccessionNumber, entry.AccessionNumber);
        whole.Set(Tags.StudyInstanceUid, entry.StudyInstanceUid);
        whole.Set(Tags.RequestedProcedureId, entry.RequestedProcedureId);

        var step = new DataSet();
        Add(step, entry.StepAttributes);
        step.Set(Tags.Modality, entry.Modality);
        step.Set(Tags.ScheduledProcedureStepId, entry.StepId);
        step.Set(Tags.ScheduledStationAeTitle, [.. entry.StationAeTitles]);
        ScheduledTimes.MoveTo(step, entry.Start);
        step.Set(Tags.ScheduledProcedureStepStatus, WorklistStates.Name(entry.State));
        whole.SetSequence(Tags.ScheduledProcedureStepSequence, step);
        return whole;
    }

    /// <summary>Lays attributes in wire form over those that <paramref name="target"/> has.</summary>
    private static void Add(DataSet target, ReadOnlyMemory<byte> wire)
    {
        if (wire.IsEmpty) return;
        foreach (var element in Attributes.Decode(wire)) target.Add(element);
    }
}
