using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>The whole worklist as a modality gets it.</summary>
internal static class Worklist
{
    public static async Task<List<ListedStep>> AllAsync(TestedEngine engine)
    {
        var step = new DataSet();
        foreach (var tag in (Tag[])[Tags.ScheduledProcedureStepStartDate, Tags.ScheduledProcedureStepStartTime, Tags.ScheduledProcedureStepId]) step.SetEmpty(tag);
        var identifier = new DataSet().SetSequence(Tags.ScheduledProcedureStepSequence, step);
        foreach (var tag in (Tag[])[Tags.AccessionNumber, Tags.PatientId, Tags.PatientName, Tags.StudyInstanceUid]) identifier.SetEmpty(tag);
        return [.. (await OwnScu.QueryAsync(engine.DicomPort, identifier)).Select(Read)];
    }

    private static ListedStep Read(DataSet entry)
    {
        var step = entry.GetItems(Tags.ScheduledProcedureStepSequence)[0];
        return new ListedStep(
            entry.GetString(Tags.AccessionNumber)!, entry.GetString(Tags.StudyInstanceUid)!, step.GetString(Tags.ScheduledProcedureStepId)!,
            step.GetString(Tags.ScheduledProcedureStepStartDate)! + step.GetString(Tags.ScheduledProcedureStepStartTime),
            entry.GetString(Tags.PatientId)!, entry.GetString(Tags.PatientName)!);
    }
}

/// <summary>An entry of the worklist.</summary>
internal sealed record ListedStep(string Accession, string StudyUid, string StepId, string Start, string PatientId, string Name);
