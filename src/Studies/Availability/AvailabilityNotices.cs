using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Store.Commitments;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Commitment;

namespace CloudPacs.Studies.Availability;

/// <summary>An instance that somebody is told of.</summary>
/// <param name="Series">Its series.</param>
/// <param name="Instance">Its class and UID.</param>
/// <param name="IsAvailable">Whether it can be retrieved.</param>
public sealed record NotifiedInstance(StoredSeries Series, InstanceReference Instance, bool IsAvailable);

/// <summary>
/// Says which instances of a study are available (PS3.4 table R.3.2-1). A notification names one performed step at most, so those of
/// several steps are told one by one.
/// </summary>
public static class AvailabilityNotices
{
    public const string Online = "ONLINE", Unavailable = "UNAVAILABLE";

    /// <param name="study">Study Instance UID.</param>
    /// <param name="instances">All instances of the study that are shown, and those that were, by series.</param>
    /// <param name="aeTitle">From where they can be retrieved.</param>
    public static IReadOnlyList<DataSet> Of(string study, IReadOnlyList<NotifiedInstance> instances, string aeTitle)
    {
        ArgumentNullException.ThrowIfNull(instances);
        return [.. instances.GroupBy(static one => StepOf(one.Series)).Select(step => Notice(study, step.Key, step, aeTitle))];
    }

    private static DataSet Notice(string study, InstanceReference? step, IEnumerable<NotifiedInstance> instances, string aeTitle)
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
                Tags.ReferencedSopSequence, [.. series.Select(one => Item(one, aeTitle))]))]);
    }

    // The title is required of each (type 1), also of one that nobody gets any more.
    private static DataSet Item(NotifiedInstance one, string aeTitle) => References.Item(one.Instance)
        .Set(Tags.InstanceAvailability, one.IsAvailable ? Online : Unavailable).Set(Tags.RetrieveAeTitle, aeTitle);

    /// <summary>The step that made a series, as its first instance names it.</summary>
    private static InstanceReference? StepOf(StoredSeries series) =>
        References.Read(Attributes.Read(series.Attributes).GetItems(Tags.ReferencedPerformedProcedureStepSequence)) is [var step, ..]
            ? step
            : null;
}
