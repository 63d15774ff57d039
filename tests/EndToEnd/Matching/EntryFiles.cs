using System.Buffers;
using CloudPacs.Dicom;
using CloudPacs.Integration.Tests.Worklist;

namespace CloudPacs.EndToEnd.Tests.Matching;

/// <summary>Sample entries as worklist files (Part 10) for worklist servers that read such files, and queries as files for findscu.</summary>
internal static class EntryFiles
{
    /// <summary>Writes a file for every entry that a worklist of files would hold: cancelled ones are taken out of its folder.</summary>
    public static void WriteAll(string folder)
    {
        foreach (var entry in SampleEntry.All.Where(static entry => entry.Status != "CANCELED"))
            Write(Path.Combine(folder, entry.StepId + ".wl"), DataSetOf(entry), Uids.ModalityWorklistFind, "1.2.826.0.1.3680043.10.8." + entry.StepId[1..]);
    }

    public static void Write(string path, DataSet dataSet, string sopClass, string sopInstance)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Part10.Write(Part10.CreateMeta(sopClass, sopInstance, TransferSyntax.ExplicitVrLittleEndian), dataSet, bytes, SpecificCharacterSet.Utf8);
        File.WriteAllBytes(path, bytes.WrittenSpan);
    }

    private static DataSet DataSetOf(SampleEntry entry)
    {
        var protocol = new DataSet().Set(Tags.CodeValue, entry.ProtocolCode).Set(Tags.CodingSchemeDesignator, "RADLEX").Set(Tags.CodeMeaning, "protocol");
        var step = new DataSet().Set(Tags.Modality, entry.Modality)
            .Set(Tags.ScheduledProcedureStepStartDate, entry.Date).Set(Tags.ScheduledProcedureStepStartTime, entry.Time)
            .Set(Tags.ScheduledProcedureStepDescription, entry.ProcedureDescription).SetSequence(Tags.ScheduledProtocolCodeSequence, protocol)
            .Set(Tags.ScheduledProcedureStepId, entry.StepId).Set(Tags.ScheduledProcedureStepStatus, entry.Status);
        Set(step, Tags.ScheduledStationAeTitle, entry.Station);
        Set(step, Tags.ScheduledPerformingPhysicianName, entry.Performer);
        Set(step, Tags.ScheduledProcedureStepLocation, entry.Location);
        var root = new DataSet().Set(Tags.SpecificCharacterSet, "ISO_IR 192").Set(Tags.AccessionNumber, entry.Accession)
            .Set(Tags.PatientName, entry.Name).Set(Tags.PatientId, entry.PatientId).Set(Tags.PatientSex, entry.Sex).Set(Tags.StudyInstanceUid, entry.StudyUid)
            .Set(Tags.RequestedProcedureDescription, entry.ProcedureDescription).SetSequence(Tags.ScheduledProcedureStepSequence, step)
            .Set(Tags.RequestedProcedureId, entry.ProcedureId).Set(Tags.RequestedProcedurePriority, entry.Priority)
            .Set(Tags.PlacerOrderNumberImagingServiceRequest, entry.Placer);
        Set(root, Tags.PatientBirthDate, entry.BirthDate);
        Set(root, Tags.PatientWeight, entry.Weight);
        return root;
    }

    private static void Set(DataSet level, Tag tag, string value)
    {
        if (value.Length > 0) level.Set(tag, value);
        else level.SetEmpty(tag);
    }
}
