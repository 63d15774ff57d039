using CloudPacs.Fhir.Search;
using CloudPacs.FhirServer;
using CloudPacs.FhirServer.Searching;
using CloudPacs.Resources;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Search;

namespace CloudPacs.Integration.Fhir;

/// <summary>Searches the resources of the database for the FHIR endpoint; a study that is found has its instances.</summary>
internal sealed class FhirSearch : IFhirSearch
{
    private readonly ResourceSearch _search;
    private readonly IndexFilling? _filling;
    private readonly AuditEvents _audit;
    private readonly FhirIndex _index;
    private readonly Func<ParameterSet, SearchQueryReader> _readerOf;
    private SearchQueryReader _queries;

    public FhirSearch(
        ResourceSearch search, IndexFilling? filling, AuditEvents audit, FhirIndex index, PageSeal pages,
        string? ownBase, TimeZoneInfo zone, TimeProvider clock)
    {
        (_search, _filling, _audit, _index) = (search, filling, audit, index);
        _readerOf = parameters => new SearchQueryReader(parameters, index.Keys, pages, ownBase, zone, clock);
        _queries = _readerOf(index.Parameters);
    }

    public bool IsComplete => _filling is null or { IsComplete: true };

    public SearchQueryReader Queries
    {
        get
        {
            var (queries, parameters) = (_queries, _index.Parameters);
            return queries.Parameters == parameters ? queries : _queries = _readerOf(parameters);
        }
    }

    public async Task<SearchFound> FindAsync(SearchRequest request, string? facility, CancellationToken cancellationToken)
    {
        // The trail is of all facilities.
        if (request.Type == AuditEvents.Type)
        {
            if (facility is not null) return SearchFound.Nothing;
            return new SearchFound(await _audit.FindAsync(request, cancellationToken), Bytes: 0, IsCut: false);
        }

        var found = await _search.FindAsync(request with { Facility = facility }, cancellationToken);
        return found with { Matches = [.. found.Matches.Select(Complete)] };
    }

    public async Task<long> CountAsync(SearchRequest request, string? facility, long most, CancellationToken cancellationToken)
    {
        if (request.Type != AuditEvents.Type)
            return await _search.CountAsync(request with { Facility = facility }, most, cancellationToken);
        var all = request with { Order = [], Limit = (int)Math.Min(most, int.MaxValue) };
        return (await FindAsync(all, facility, cancellationToken)).Matches.Count;
    }

    public bool Meets(FhirResourceRow resource, IReadOnlyList<SearchCondition> conditions) =>
        conditions.Count == 0 || (_index.WholeOf(resource) is { } found
            && conditions.All(condition => ConditionMatch.Meets(found, resource.LastUpdated, condition)));

    public async Task<SearchFound> IncludeAsync(
        IReadOnlyList<SearchMatch> matches, IReadOnlyList<Inclusion> inclusions, string? facility, int most, ContentLimit content,
        CancellationToken cancellationToken, Predicate<FhirResourceRow>? isSeen = null)
    {
        var found = new Dictionary<long, SearchMatch>();
        var known = matches.Select(static match => match.Position.Number).ToHashSet();
        IReadOnlyList<SearchMatch> last = matches;
        var bytes = 0L;
        for (var isFirst = true; last.Count > 0 && found.Count < most; isFirst = false)
        {
            var next = new List<SearchMatch>();
            foreach (var inclusion in inclusions.Where(inclusion => isFirst || inclusion.Iterates))
            {
                var beside = await FollowAsync(last, inclusion, facility, most, content.Less(bytes), cancellationToken);
                bytes += beside.Bytes;
                foreach (var one in beside.Matches.Where(one => isSeen is null || isSeen(one.Resource)))
                {
                    if (found.Count < most && known.Add(one.Position.Number) && found.TryAdd(one.Position.Number, one)) next.Add(one);
                }

                if (beside.IsCut) return Given(isCut: true);
            }

            last = next;
        }

        return Given(isCut: false);

        SearchFound Given(bool isCut) => new([.. found.Values.Select(Complete)], bytes, isCut);
    }

    private async Task<SearchFound> FollowAsync(
        IReadOnlyList<SearchMatch> from, Inclusion inclusion, string? facility, int most, ContentLimit content,
        CancellationToken cancellationToken)
    {
        var start = inclusion.IsReverse ? inclusion.TargetType : inclusion.SourceType;
        long[] numbers =
        [
            .. from.Where(match => start is null || match.Resource.Type == start).Select(static match => match.Position.Number)
        ];
        if (numbers.Length == 0) return SearchFound.Nothing;
        var step = new ReferenceStep(inclusion.SourceType, inclusion.Places, inclusion.TargetType, inclusion.IsReverse);
        return await _search.FollowAsync(numbers, step, facility, most, content, cancellationToken);
    }

    private static SearchMatch Complete(SearchMatch match) =>
        match.Resource.Instances.Count == 0 ? match : match with { Resource = ImagingStudyInstances.Complete(match.Resource) };
}
