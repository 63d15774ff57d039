using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>
/// Where resources are searched. What a caller may not see is not there, and does not count. A facility of null sees all.
/// </summary>
public interface IFhirSearch
{
    /// <summary>False while the index of what was there before it is made: not everything is found yet.</summary>
    bool IsComplete { get; }

    /// <summary>Reads searches in the terms of the index, by the parameters that there are now.</summary>
    SearchQueryReader Queries { get; }

    /// <summary>The matches of a page, ready to send, or its beginning when they have too many bytes.</summary>
    Task<SearchFound> FindAsync(SearchRequest request, string? facility, CancellationToken cancellationToken);

    /// <summary>The number of matches, counted no further than a bound.</summary>
    Task<long> CountAsync(SearchRequest request, string? facility, long most, CancellationToken cancellationToken);

    /// <summary>Whether a resource meets conditions that can be told from it alone (<see cref="ConditionMatch.CanTell"/>).</summary>
    bool Meets(FhirResourceRow resource, IReadOnlyList<SearchCondition> conditions);

    /// <summary>
    /// The resources that are given beside matches, each once and none of them, no more than some bounds. What is not seen is not gone on
    /// from either.
    /// </summary>
    Task<SearchFound> IncludeAsync(
        IReadOnlyList<SearchMatch> matches, IReadOnlyList<Inclusion> inclusions, string? facility, int most, ContentLimit content,
        CancellationToken cancellationToken, Predicate<FhirResourceRow>? isSeen = null);
}
