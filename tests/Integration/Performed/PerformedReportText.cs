using CloudPacs.Dicom;

namespace CloudPacs.Integration.Tests.Performed;

/// <summary>The order that a performed step is about.</summary>
public sealed record PerformedSubject(string Accession, string StepId, string StudyUid, string PatientId, string Name, string Station);

/// <summary>
/// A report of a modality in short: a verb and what is other than usual. <c>create</c> has all of table F.7.2-1; <c>change</c> has nothing;
/// <c>complete</c> and <c>discontinue</c> have what an end needs. Then, with semicolons between, <c>-Keyword</c> for one that is missing,
/// <c>Keyword=</c> for one without a value, <c>Keyword=value</c>; with <c>&gt;</c> in front in the item of Scheduled Step Attributes
/// Sequence, with <c>+</c> in front in the item of Performed Series Sequence. <c>reason=CODE</c> is a discontinuation reason.
/// </summary>
public sealed record PerformedReportText(string Verb, string Edits)
{
    public bool Begins => Verb == "create";

    public static PerformedReportText Of(string text)
    {
        var parts = text.Split(' ', 2);
        return new PerformedReportText(parts[0], parts.Length > 1 ? parts[1] : "");
    }

    public DataSet DataSet(PerformedSubject subject)
    {
        var (scheduled, series) = (Scheduled(subject), Series(subject));
        var all = Verb switch
        {
            "create" => Create(subject),
            "change" => [],
            "complete" => End("COMPLETED"),
            _ => End("DISCONTINUED"),
        };
        foreach (var edit in Edits.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (edit[0] == '>') Edit(scheduled, edit[1..]);
            else if (edit[0] == '+') Edit(series, edit[1..]);
        }

        if (Begins) all.SetSequence(Tags.ScheduledStepAttributesSequence, scheduled);
        else if (Verb != "change") all.SetSequence(Tags.PerformedSeriesSequence, series);
        foreach (var edit in Edits.Split(';', StringSplitOptions.RemoveEmptyEntries))
            if (edit[0] is not ('>' or '+')) Edit(all, edit);
        return all;
    }

    private static void Edit(DataSet level, string edit)
    {
        if (edit[0] == '-')
        {
            level.Remove(TagOf(edit[1..]));
            return;
        }

        var (keyword, value) = (edit[..edit.IndexOf('=', StringComparison.Ordinal)], edit[(edit.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        if (keyword == "reason")
        {
            level.SetSequence(
                Tags.PerformedProcedureStepDiscontinuationReasonCodeSequence,
                new DataSet().Set(Tags.CodeValue, value).Set(Tags.CodingSchemeDesignator, "DCM").Set(Tags.CodeMeaning, "Reason " + value));
        }
        else if (value.Length == 0) level.SetEmpty(TagOf(keyword));
        else if (DicomDictionary.VrOf(TagOf(keyword)) == VR.SQ) level.SetSequence(TagOf(keyword), new DataSet().Set(Tags.CodeValue, value));
        else level.Set(TagOf(keyword), value);
    }

    public static Tag TagOf(string keyword) =>
        DicomDictionary.TryGet(keyword, out var entry) ? entry.Tag : throw new ArgumentException($"{keyword} is no keyword.", nameof(keyword));

    private static DataSet Create(PerformedSubject subject) => new DataSet()
        .Set(Tags.PatientName, subject.Name).Set(Tags.PatientId, subject.PatientId).Set(Tags.PatientBirthDate, "19800203").Set(Tags.PatientSex, "F")
        .SetSequence(Tags.ReferencedPatientSequence)
        .Set(Tags.PerformedProcedureStepId, "PPS1").Set(Tags.PerformedStationAeTitle, subject.Station).Set(Tags.PerformedStationName, "Röntgen 1")
        .SetEmpty(Tags.PerformedLocation).Set(Tags.PerformedProcedureStepStartDate, "20261201").Set(Tags.PerformedProcedureStepStartTime, "093500")
        .Set(Tags.PerformedProcedureStepStatus, "IN PROGRESS").Set(Tags.PerformedProcedureStepDescription, "CT Chest")
        .SetEmpty(Tags.PerformedProcedureTypeDescription).SetSequence(Tags.ProcedureCodeSequence).SetEmpty(Tags.PerformedProcedureStepEndDate)
        .SetEmpty(Tags.PerformedProcedureStepEndTime).Set(Tags.Modality, "CT").SetEmpty(Tags.StudyId)
        .SetSequence(Tags.PerformedProtocolCodeSequence).SetSequence(Tags.PerformedSeriesSequence);

    private static DataSet Scheduled(PerformedSubject subject) => new DataSet()
        .Set(Tags.StudyInstanceUid, subject.StudyUid).SetSequence(Tags.ReferencedStudySequence).Set(Tags.AccessionNumber, subject.Accession)
        .Set(Tags.RequestedProcedureId, "RP" + subject.Accession).Set(Tags.RequestedProcedureDescription, "CT Chest")
        .Set(Tags.ScheduledProcedureStepId, subject.StepId).Set(Tags.ScheduledProcedureStepDescription, "CT Chest")
        .SetSequence(Tags.ScheduledProtocolCodeSequence);

    private static DataSet End(string status) => new DataSet().Set(Tags.PerformedProcedureStepStatus, status)
        .Set(Tags.PerformedProcedureStepEndDate, "20261201").Set(Tags.PerformedProcedureStepEndTime, "100500");

    private static DataSet Series(PerformedSubject subject) => new DataSet()
        .SetEmpty(Tags.PerformingPhysicianName).SetEmpty(Tags.OperatorsName).Set(Tags.ProtocolName, "Thorax").Set(Tags.SeriesInstanceUid, subject.StudyUid + ".1")
        .SetEmpty(Tags.SeriesDescription).SetEmpty(Tags.RetrieveAeTitle).SetSequence(
            Tags.ReferencedImageSequence,
            new DataSet().Set(Tags.ReferencedSopClassUid, "1.2.840.10008.5.1.4.1.1.2").Set(Tags.ReferencedSopInstanceUid, subject.StudyUid + ".1.1"))
        .SetSequence(Tags.ReferencedNonImageCompositeSopInstanceSequence);
}
