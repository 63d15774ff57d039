using System.Runtime.CompilerServices;
using CloudPacs.Store.Studies;

namespace CloudPacs.Studies.Fetching;

/// <summary>What is fetched: a study, one of its series, or one instance.</summary>
/// <param name="Study">Study Instance UID.</param>
/// <param name="Series">Series Instance UID; null for all.</param>
/// <param name="Instance">SOP Instance UID; null for all.</param>
public sealed record FetchScope(string Study, string? Series = null, string? Instance = null);

/// <summary>An instance with what it belongs to.</summary>
public sealed record InstanceInStudy(StoredStudy Study, StoredSeries Series, StoredInstance Instance);

/// <summary>Finds the instances that a caller may fetch: what is hidden or of another facility is not there.</summary>
public sealed class StoredInstances(StudyQueries queries)
{
    /// <summary>In the order in which they are looked at: by series and number.</summary>
    /// <param name="scope">What is asked for.</param>
    /// <param name="facility">Facility of who asks; null sees all.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async IAsyncEnumerable<InstanceInStudy> FindAsync(
        FetchScope scope, string? facility, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var filter = new StudyFilter
        {
            StudyInstanceUids = [scope.Study],
            SeriesInstanceUids = scope.Series is { } series ? [series] : [],
            SopInstanceUids = scope.Instance is { } instance ? [instance] : [],
            Facility = facility,
        };
        await foreach (var found in FindAsync(filter, cancellationToken).ConfigureAwait(false)) yield return found;
    }

    /// <summary>The same for what passes a filter.</summary>
    public async IAsyncEnumerable<InstanceInStudy> FindAsync(
        StudyFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await foreach (var study in queries.FindStudiesAsync(filter, cancellationToken).ConfigureAwait(false))
        {
            foreach (var series in study.Series)
            {
                if (filter.SeriesInstanceUids is { Count: > 0 } asked && !asked.Contains(series.SeriesInstanceUid)) continue;
                await foreach (var found in queries.FindInstancesAsync([series.Id], filter, cancellationToken).ConfigureAwait(false))
                    yield return new InstanceInStudy(study, series, found);
            }
        }
    }
}
