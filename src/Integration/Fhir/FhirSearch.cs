using System.Security.Cryptography;
using CloudPacs.FhirServer.Searching;
using CloudPacs.Resources;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Search;
using CloudPacs.Store.Studies;

namespace CloudPacs.Integration.Fhir;

/// <summary>Searches the resources of the database for the FHIR endpoint; a study that is found has its instances.</summary>
internal sealed class FhirSearch : IFhirSearch
{
    private readonly ResourceSearch _search;
    private readonly IndexFilling? _filling;
    private readonly StudyQueries _studies;
    private readonly AuditEvents _audit;

    public FhirSearch(
        ResourceSearch search, IndexFilling? filling, StudyQueries studies, AuditEvents audit, FhirIndex index, Guid installation,
        string? ownBase, TimeZoneInfo zone, TimeProvider clock)
    {
        (_search, _filling, _studies, _audit) = (search, filling, studies, audit);
        Pages = new PageTokens(SHA256.HashData([.. "search pages"u8, .. installation.ToByteArray()]));
        Queries = new SearchQueryReader(index.Keys, Pages, ownBase, zone, clock);
    }

    public bool IsComplete => _filling is null or { IsComplete: true };

    public SearchQueryReader Queries { get; }

    public PageTokens Pages { get; }

    public async Task<IReadOnlyList<SearchMatch>> FindAsync(SearchRequest request, string? facility, CancellationToken cancellationToken)
    {
        // The trail is of all facilities.
        if (request.Type == AuditEvents.Type) return facility is null ? await _audit.FindAsync(request, cancellationToken) : [];
        return await CompleteAsync(await _search.FindAsync(request with { Facility = facility }, cancellationToken), cancellationToken);
    }

    public async Task<long> CountAsync(SearchRequest request, string? facility, long most, CancellationToken cancellationToken) =>
        request.Type == AuditEvents.Type
            ? (await FindAsync(request with { Order = [], Limit = (int)Math.Min(most, int.MaxValue) }, facility, cancellationToken)).Count
            : await _search.CountAsync(request with { Facility = facility }, most, cancellationToken);

    public async Task<IReadOnlyList<SearchMatch>> IncludeAsync(
        IReadOnlyList<SearchMatch> matches, IReadOnlyList<Inclusion> inclusions, string? facility, int most,
        CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, SearchMatch>();
        var known = matches.Select(static match => match.Position.Number).ToHashSet();
        IReadOnlyList<SearchMatch> last = matches;
        for (var isFirst = true; last.Count > 0 && found.Count < most; isFirst = false)
        {
            var next = new List<SearchMatch>();
            foreach (var inclusion in inclusions.Where(inclusion => isFirst || inclusion.Iterates))
            {
                foreach (var one in await FollowAsync(last, inclusion, facility, most, cancellationToken))
                {
                    if (found.Count < most && known.Add(one.Position.Number) && found.TryAdd(one.Position.Number, one)) next.Add(one);
                }
            }

            last = next;
        }

        return await CompleteAsync([.. found.Values], cancellationToken);
    }

    private async Task<IReadOnlyList<SearchMatch>> FollowAsync(
        IReadOnlyList<SearchMatch> from, Inclusion inclusion, string? facility, int most, CancellationToken cancellationToken)
    {
        var start = inclusion.IsReverse ? inclusion.TargetType : inclusion.SourceType;
        long[] numbers =
        [
            .. from.Where(match => start is null || match.Resource.Type == start).Select(static match => match.Position.Number)
        ];
        if (numbers.Length == 0) return [];
        var step = new ReferenceStep(inclusion.SourceType, inclusion.Places, inclusion.TargetType, inclusion.IsReverse);
        return await _search.FollowAsync(numbers, step, facility, most, cancellationToken);
    }

    /// <summary>Studies with their instances, which stand in rows only.</summary>
    private async Task<IReadOnlyList<SearchMatch>> CompleteAsync(IReadOnlyList<SearchMatch> matches, CancellationToken cancellationToken)
    {
        var studies = matches.Where(HasInstances).ToList();
        if (studies.Count == 0) return matches;
        List<Guid> ids = [.. studies.Select(static match => Guid.Parse(match.Resource.Id))];
        var instances = await _studies.ListInstancesAsync(ids, cancellationToken);
        return [.. matches.Select(match => HasInstances(match) ? With(instances[Guid.Parse(match.Resource.Id)], match) : match)];
    }

    private static SearchMatch With(IEnumerable<ShownInstance> instances, SearchMatch match) =>
        match with { Resource = match.Resource with { Content = ImagingStudyInstances.Put(match.Resource.Content, instances) } };

    private static bool HasInstances(SearchMatch match) =>
        match.Resource is { Type: "ImagingStudy", Deleted: false } study && Guid.TryParse(study.Id, out _)
        && ImagingStudyInstances.CountIn(study.Content) is > 0 and <= ImagingStudyInstances.Most;
}
