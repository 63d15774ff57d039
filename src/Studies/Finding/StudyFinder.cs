using System.Runtime.CompilerServices;
using CloudPacs.Dicom;
using CloudPacs.Store.Studies;

namespace CloudPacs.Studies.Finding;

/// <summary>
/// Finds what queries ask for, whichever door they came by: all that is known of each, in a stable order, the newest first.
/// </summary>
public sealed class StudyFinder(StudyQueries queries)
{
    public IAsyncEnumerable<DataSet> FindAsync(StudyQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return query.Level == QueryLevel.Patient
            ? FindPatientsAsync(query, cancellationToken)
            : FindBelowAsync(query, cancellationToken);
    }

    private async IAsyncEnumerable<DataSet> FindBelowAsync(
        StudyQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var study in queries.FindStudiesAsync(query.Filter, cancellationToken).ConfigureAwait(false))
        {
            var ofStudy = StudyAnswers.OfStudy(study);
            if (query.Level == QueryLevel.Study)
            {
                if (query.Matches(ofStudy)) yield return ofStudy;
                continue;
            }

            var series = study.Series.Where(one => IsAsked(query.Filter.SeriesInstanceUids, one.SeriesInstanceUid))
                .ToDictionary(static one => one.Id, one => StudyAnswers.OfSeries(ofStudy, one));
            if (query.Level == QueryLevel.Series)
            {
                foreach (var ofSeries in series.Values.Where(query.Matches)) yield return ofSeries;
                continue;
            }

            var instances = queries.FindInstancesAsync([.. series.Keys], query.Filter, cancellationToken).ConfigureAwait(false);
            await foreach (var instance in instances)
            {
                var ofInstance = StudyAnswers.OfInstance(series[instance.SeriesId], instance);
                if (query.Matches(ofInstance)) yield return ofInstance;
            }
        }
    }

    /// <summary>Each patient once, by id and issuer, as the newest study shows it; with the counts of all that are found.</summary>
    private async IAsyncEnumerable<DataSet> FindPatientsAsync(
        StudyQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var told = new HashSet<(string?, string?)>();
        await foreach (var study in queries.FindStudiesAsync(query.Filter, cancellationToken).ConfigureAwait(false))
        {
            var answer = StudyAnswers.OfStudy(study);
            if (query.Matches(answer) && told.Add((answer.GetString(Tags.PatientId), answer.GetString(Tags.IssuerOfPatientId))))
                yield return answer;
        }
    }

    private static bool IsAsked(IReadOnlyList<string> uids, string uid) => uids.Count == 0 || uids.Contains(uid, StringComparer.Ordinal);
}
