using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;
using CloudPacs.Domain;
using CloudPacs.Settings;
using CloudPacs.Store.Orders;
using CloudPacs.Worklist;
using WorklistEntry = CloudPacs.Worklist.WorklistEntry;

namespace CloudPacs.Integration.Tests.Worklist;

/// <summary>The sample entries as an index, without a database.</summary>
internal static class SampleWorklist
{
    public static StationProfile Profile() => new("MODALITY", null, new EngineSettings());

    public static WorklistIndex Create()
    {
        var index = new WorklistIndex();
        index.Reset(SampleEntry.All.Select((sample, number) => Entry(sample, number)), revision: 0);
        return index;
    }

    public static PatientPart PatientPart(SampleEntry sample, Guid row)
    {
        var patient = new DataSet().Set(Tags.PatientName, sample.Name).Set(Tags.PatientId, sample.PatientId)
            .Set(Tags.PatientBirthDate, sample.BirthDate).Set(Tags.PatientSex, sample.Sex);
        if (sample.Weight.Length > 0) patient.Set(Tags.PatientWeight, sample.Weight);
        return new PatientPart(row, sample.PatientId, NameKey.Groups(sample.Name), Attributes.Encode(patient));
    }

    private static WorklistEntry Entry(SampleEntry sample, int number)
    {
        var start = DateTime.ParseExact(sample.Date + sample.Time, "yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        var step = new DataSet().SetSequence(Tags.ScheduledProtocolCodeSequence,
            new DataSet().Set(Tags.CodeValue, sample.ProtocolCode).Set(Tags.CodingSchemeDesignator, "RADLEX").Set(Tags.CodeMeaning, "protocol"));
        if (sample.Performer.Length > 0) step.Set(Tags.ScheduledPerformingPhysicianName, sample.Performer);
        if (sample.Location.Length > 0) step.Set(Tags.ScheduledProcedureStepLocation, sample.Location);
        return new WorklistEntry
        {
            StepRowId = new Guid(number + 1, 0, 0, new byte[8]),
            PatientRowId = PatientRow(sample),
            AccessionNumber = sample.Accession,
            StudyInstanceUid = sample.StudyUid,
            RequestedProcedureId = sample.ProcedureId,
            StepId = sample.StepId,
            Modality = sample.Modality,
            StationAeTitles = sample.Station.Length == 0 ? [] : [sample.Station],
            Start = start,
            Offset = TimeSpan.FromHours(5.5),
            State = Enum.Parse<StepState>(sample.Status, ignoreCase: true),
            KeepVisible = TimeSpan.FromDays(1),
            Patient = PatientPart(sample, PatientRow(sample)),
            ProcedureAttributes = Attributes.Encode(new DataSet().Set(Tags.RequestedProcedureDescription, sample.ProcedureDescription)
                .Set(Tags.RequestedProcedurePriority, sample.Priority).Set(Tags.PlacerOrderNumberImagingServiceRequest, sample.Placer)),
            StepAttributes = Attributes.Encode(step),
        };
    }

    private static Guid PatientRow(SampleEntry sample) => new(int.Parse(sample.PatientId, CultureInfo.InvariantCulture), 1, 0, new byte[8]);
}
