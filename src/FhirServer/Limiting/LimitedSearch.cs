using CloudPacs.FhirServer.Searching;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Limiting;

/// <summary>
/// Searches for a caller with limits. They are conditions of the search itself, also of what a chain or a reverse chain looks into, so that
/// pages and totals are right and what is found tells nothing of the rest; what it may not see is not given beside matches.
/// </summary>
internal sealed class LimitedSearch(IFhirSearch search, ResourceLimits limits) : IFhirSearch
{
    public bool IsComplete => search.IsComplete;

    public SearchQueryReader Queries => search.Queries;

    public Task<SearchFound> FindAsync(SearchRequest request, string? facility, CancellationToken cancellationToken) =>
        search.FindAsync(Limited(request), facility, cancellationToken);

    public Task<long> CountAsync(SearchRequest request, string? facility, long most, CancellationToken cancellationToken) =>
        search.CountAsync(Limited(request), facility, most, cancellationToken);

    public Task<SearchFound> IncludeAsync(
        IReadOnlyList<SearchMatch> matches, IReadOnlyList<Inclusion> inclusions, string? facility, int most, ContentLimit content,
        CancellationToken cancellationToken, Predicate<FhirResourceRow>? isSeen = null)
    {
        var seen = inclusions.Where(one => CanSee(one.SourceType) && (one.TargetType is null || CanSee(one.TargetType)));
        return search.IncludeAsync(matches, [.. seen], facility, most, content, cancellationToken, Sees);

        bool Sees(FhirResourceRow resource) =>
            (limits.Admits('r', resource) || limits.Admits('s', resource)) && (isSeen is null || isSeen(resource));
    }

    public bool Meets(FhirResourceRow resource, IReadOnlyList<SearchCondition> conditions) => search.Meets(resource, conditions);

    private bool CanSee(string type) => limits.Find('r', type) is not null || limits.Find('s', type) is not null;

    private SearchRequest Limited(SearchRequest request) => request with { Conditions = Limited(request.Type, request.Conditions) };

    private IReadOnlyList<SearchCondition> Limited(string type, IReadOnlyList<SearchCondition> conditions) =>
        [.. limits.Demand('s', type), .. conditions.Select(Limited)];

    private SearchCondition Limited(SearchCondition condition) => condition switch
    {
        NotCondition not => new NotCondition(Limited(not.Condition)),
        EitherCondition either => new EitherCondition([.. either.AnyOf.Select(Limited)]),
        RefersToCondition chain => chain with { Target = Limited(chain.TargetType, chain.Target) },
        ReferredByCondition reverse => reverse with { Source = Limited(reverse.SourceType, reverse.Source) },
        _ => condition,
    };
}
