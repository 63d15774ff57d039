using System.Runtime.CompilerServices;
using CloudPacs.Domain.Studies;
using CloudPacs.Store.Studies;

namespace CloudPacs.Studies.Fetching;

/// <summary>What is fetched: a study, one of its series, or one instance.</summary>
/// <param name="Study">Study Instance UID.</param>
/// <param name="Series">Series Instance UID; null for all.</param>
/// <param name="Instance">SOP Instance UID; null for all.</param>
public sealed record FetchScope(string Study, string? Series = null, string? Instance = null)
{
    /// <summary>What is known better than the images say is wanted too (<see cref="InstanceInStudy.Correction"/>).</summary>
    public bool WithCorrections { get; init; }

    /// <summary>Facility of who asks; null sees all.</summary>
    public string? Facility { get; init; }
}

/// <summary>An instance with what it belongs to.</summary>
public sealed record InstanceInStudy(StoredStudy Study, StoredSeries Series, StoredInstance Instance)
{
    /// <summary>What its study says otherwise by now; null when nothing, or when it was not asked for.</summary>
    public StudyCorrection? Correction { get; init; }
}

/// <summary>Finds the instances that a caller may fetch: what is hidden or of another facility is not there.</summary>
/// <param name="queries">Finds them.</param>
/// <param name="fetched">Has the bytes of those of other archives; null when there are none such.</param>
public sealed class StoredInstances(StudyQueries queries, FetchedInstances? fetched = null)
{
    /// <summary>
    /// In the order in which they are looked at: by series and number. Those of other archives are fetched, each when it is come to.
    /// </summary>
    /// <param name="scope">What is asked for.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async IAsyncEnumerable<InstanceInStudy> FindAsync(
        FetchScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var found in ListAsync(scope, cancellationToken).ConfigureAwait(false))
            yield return found with { Instance = await WithBytesAsync(found, cancellationToken).ConfigureAwait(false) };
    }

    /// <summary>The one instance that is meant, or the first of several; null when there is none.</summary>
    public async Task<StoredInstance?> FirstAsync(FetchScope scope, CancellationToken cancellationToken)
    {
        await foreach (var found in FindAsync(scope, cancellationToken).ConfigureAwait(false)) return found.Instance;
        return null;
    }

    /// <summary>The same, as they are listed: those of other archives without what only their bytes tell.</summary>
    public IAsyncEnumerable<InstanceInStudy> ListAsync(FetchScope scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return ListAsync(new StudyFilter
        {
            StudyInstanceUids = [scope.Study],
            SeriesInstanceUids = scope.Series is { } series ? [series] : [],
            SopInstanceUids = scope.Instance is { } instance ? [instance] : [],
            Facility = scope.Facility,
            WithKnown = scope.WithCorrections,
        }, cancellationToken);
    }

    /// <summary>The instance with its bytes, wherever they are.</summary>
    /// <exception cref="Archives.ForeignArchiveException">The archive that has them does not give them.</exception>
    public async ValueTask<StoredInstance> WithBytesAsync(InstanceInStudy found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(found);
        return found.Instance.Archive is null || fetched is null
            ? found.Instance
            : await fetched.GetAsync(found, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The studies that pass a filter.</summary>
    public IAsyncEnumerable<StoredStudy> ListStudiesAsync(StudyFilter filter, CancellationToken cancellationToken) =>
        queries.FindStudiesAsync(filter, cancellationToken);

    /// <summary>What passes a filter, as it is listed.</summary>
    public async IAsyncEnumerable<InstanceInStudy> ListAsync(
        StudyFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await foreach (var study in queries.FindStudiesAsync(filter, cancellationToken).ConfigureAwait(false))
        {
            foreach (var series in study.Series)
            {
                if (filter.SeriesInstanceUids is { Count: > 0 } asked && !asked.Contains(series.SeriesInstanceUid)) continue;
                var correction = StudyCorrection.Of(study, series);
                await foreach (var found in queries.FindInstancesAsync([series.Id], filter, cancellationToken).ConfigureAwait(false))
                    yield return new InstanceInStudy(study, series, found) { Correction = correction };
            }
        }
    }
}
