using CloudPacs.Dicom;
using CloudPacs.Store.Commitments;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Fetching;

namespace CloudPacs.Studies.Availability;

/// <summary>
/// What there is of a study to tell of: all of it each time, and what was deleted, rejected, lost, or went to another study as
/// no longer available (IHE RAD TF-2 4.66.4.1.3).
/// </summary>
public sealed class StudyAvailability(StudyQueries queries)
{
    private readonly StoredInstances _instances = new(queries);

    /// <param name="study">Study Instance UID.</param>
    /// <param name="noted">The instances that there is news of; those that are in another study now left this one.</param>
    /// <param name="aeTitle">From where instances can be retrieved.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<IReadOnlyList<DataSet>> NoticesAsync(
        string study, IReadOnlyList<InstanceReference> noted, string aeTitle, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(noted);
        var told = new List<NotifiedInstance>();
        await foreach (var (_, series, instance) in _instances.FindAsync(new FetchScope(study), cancellationToken).ConfigureAwait(false))
            told.Add(new(series, new InstanceReference(instance.SopClassUid, instance.SopInstanceUid), IsAvailable: true));
        foreach (var (series, sopClass, uid) in await queries.ListGoneAsync(study, cancellationToken).ConfigureAwait(false))
            told.Add(new(series, new InstanceReference(sopClass, uid), IsAvailable: false));
        var left = noted.Select(static one => one.SopInstanceUid).Where(static uid => uid.Length > 0)
            .Except(told.Select(static one => one.Instance.SopInstanceUid));
        foreach (var (series, sopClass, uid) in await queries.ListElsewhereAsync(study, left, cancellationToken).ConfigureAwait(false))
            told.Add(new(series, new InstanceReference(sopClass, uid), IsAvailable: false));
        return AvailabilityNotices.Of(study, told, aeTitle);
    }
}
