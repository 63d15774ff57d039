using CloudPacs.Dicom;

namespace CloudPacs.Integration.Tests.Availability;

/// <summary>Notifications as another archive sends them.</summary>
internal static class Notices
{
    /// <summary>One instance for each availability.</summary>
    public static DataSet Of(string study, params string[] availabilities) => new DataSet()
        .SetEmpty(Tags.ReferencedPerformedProcedureStepSequence).Set(Tags.StudyInstanceUid, study)
        .SetSequence(Tags.ReferencedSeriesSequence, new DataSet().Set(Tags.SeriesInstanceUid, "1.2.3").SetSequence(
            Tags.ReferencedSopSequence,
            [.. availabilities.Select((availability, i) => new DataSet()
                .Set(Tags.ReferencedSopClassUid, Uids.CtImageStorage).Set(Tags.ReferencedSopInstanceUid, $"1.2.3.{i + 1}")
                .Set(Tags.InstanceAvailability, availability).Set(Tags.RetrieveAeTitle, "PACS2"))]));
}
