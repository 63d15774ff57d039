using System.Globalization;
using CloudPacs.Dicom;

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
        EntryAttributes.AddTo(whole, entry.ProcedureAttributes);
        EntryAttributes.AddTo(whole, entry.Visit?.Attributes ?? default);
        EntryAttributes.AddTo(whole, entry.Patient.Attributes);
        whole.Set(Tags.AccessionNumber, entry.AccessionNumber);
        whole.Set(Tags.StudyInstanceUid, entry.StudyInstanceUid);
        whole.Set(Tags.RequestedProcedureId, entry.RequestedProcedureId);

        var step = new DataSet();
        EntryAttributes.AddTo(step, entry.StepAttributes);
        step.Set(Tags.Modality, entry.Modality);
        step.Set(Tags.ScheduledProcedureStepId, entry.StepId);
        step.Set(Tags.ScheduledStationAeTitle, [.. entry.StationAeTitles]);
        step.Set(Tags.ScheduledProcedureStepStartDate, entry.Start.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
        step.Set(Tags.ScheduledProcedureStepStartTime, entry.Start.ToString("HHmmss", CultureInfo.InvariantCulture));
        step.Set(Tags.ScheduledProcedureStepStatus, WorklistStates.Name(entry.State));
        whole.SetSequence(Tags.ScheduledProcedureStepSequence, step);
        return whole;
    }
}
