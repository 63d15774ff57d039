using CloudPacs.FhirServer.Access;
using CloudPacs.FhirServer.Searching;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Limiting;

/// <summary>
/// Searches for a caller with limits: in types that it may search, also those that a chain or a reverse chain looks into, as what is found
/// tells of them; what it may not see is not given beside matches.
/// </summary>
internal sealed class LimitedSearch(IFhirSearch search, FhirRights rights) : IFhirSearch
{
    public bool IsComplete => search.IsComplete;

    public SearchQueryReader Queries => search.Queries;

    public Task<IReadOnlyList<SearchMatch>> FindAsync(SearchRequest request, string? facility, CancellationToken cancellationToken)
    {
        Demand(request);
        return search.FindAsync(request, facility, cancellationToken);
    }

    public Task<long> CountAsync(SearchRequest request, string? facility, long most, CancellationToken cancellationToken)
    {
        Demand(request);
        return search.CountAsync(request, facility, most, cancellationToken);
    }

    public async Task<IReadOnlyList<SearchMatch>> IncludeAsync(
        IReadOnlyList<SearchMatch> matches, IReadOnlyList<Inclusion> inclusions, string? facility, int most,
        CancellationToken cancellationToken)
    {
        var seen = inclusions.Where(one => rights.CanSee(one.SourceType) && (one.TargetType is null || rights.CanSee(one.TargetType)));
        var found = await search.IncludeAsync(matches, [.. seen], facility, most, cancellationToken);
        return [.. found.Where(match => rights.CanSee(match.Resource.Type))];
    }

    private void Demand(SearchRequest request)
    {
        rights.Demand('s', request.Type);
        foreach (var condition in request.Conditions) Demand(condition);
    }

    private void Demand(SearchCondition condition)
    {
        switch (condition)
        {
            case NotCondition not:
                Demand(not.Condition);
                break;
            case EitherCondition either:
                foreach (var one in either.AnyOf) Demand(one);
                break;
            case RefersToCondition chain:
                rights.Demand('s', chain.TargetType);
                foreach (var one in chain.Target) Demand(one);
                break;
            case ReferredByCondition reverse:
                rights.Demand('s', reverse.SourceType);
                foreach (var one in reverse.Source) Demand(one);
                break;
        }
    }
}
