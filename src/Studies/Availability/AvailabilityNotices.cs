using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Store.Commitments;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Commitment;
using CloudPacs.Studies.Fetching;

namespace CloudPacs.Studies.Availability;

/// <summary>
/// Says that the instances of a study are available (PS3.4 table R.3.2-1). A notification names one performed step at most, so those of
/// several steps are told one by one.
/// </summary>
public static class AvailabilityNotices
{
    public const string Online = "ONLINE";

    /// <param name="study">Study Instance UID.</param>
    /// <param name="instances">All instances of the study that are shown, by series.</param>
    /// <param name="aeTitle">From where they can be retrieved.</param>
    public static IReadOnlyList<DataSet> Of(string study, IReadOnlyList<InstanceInStudy> instances, string aeTitle)
    {
        ArgumentNullException.ThrowIfNull(instances);
        return [.. instances.GroupBy(static one => StepOf(one.Series)).Select(step => Notice(study, step.Key, step, aeTitle))];
    }

    private static DataSet Notice(string study, InstanceReference? step, IEnumerable<InstanceInStudy> instances, string aeTitle)
    {
        var notice = new DataSet().Set(Tags.StudyInstanceUid, study);
        if (step is { } performed)
        {
            notice.SetSequence(
                Tags.ReferencedPerformedProcedureStepSequence, References.Item(performed).SetEmpty(Tags.PerformedWorkitemCodeSequence));
        }
        else notice.SetEmpty(Tags.ReferencedPerformedProcedureStepSequence);
        return notice.SetSequence(Tags.ReferencedSeriesSequence, [.. instances.GroupBy(static one => one.Series.SeriesInstanceUid).Select(
            series => new DataSet().Set(Tags.SeriesInstanceUid, series.Key).SetSequence(
                Tags.ReferencedSopSequence, [.. series.Select(one => Available(one.Instance, aeTitle))]))]);
    }

    private static DataSet Available(StoredInstance instance, string aeTitle) =>
        References.Item(new InstanceReference(instance.SopClassUid, instance.SopInstanceUid))
            .Set(Tags.InstanceAvailability, Online).Set(Tags.RetrieveAeTitle, aeTitle);

    /// <summary>The step that made a series, as its first instance names it.</summary>
    private static InstanceReference? StepOf(StoredSeries series) =>
        References.Read(Attributes.Read(series.Attributes).GetItems(Tags.ReferencedPerformedProcedureStepSequence)) is [var step, ..]
            ? step
            : null;
}
