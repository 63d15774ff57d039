using CloudPacs.Fhir.Formats;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>A search of several types, one after the other, by parameters that all of them have (FHIR R4 search.html 3.1.1.1).</summary>
internal static class ManyTypesSearch
{
    /// <summary>What is about one type: how its matches are ordered, and what is connected with them.</summary>
    private static readonly HashSet<string> OfOneType = ["_sort", "_include", "_revinclude"];

    public static async Task<FhirResult> RunAsync(
        FhirCall call, IFhirSearch search, IReadOnlyList<GivenParameter> given, SearchScope scope, ResourceView? view, bool isStrict)
    {
        if (given.FirstOrDefault(static one => OfOneType.Contains(one.Name.Split(':')[0])) is { } refused)
            throw new SearchException("not-supported", refused.Name, $"{refused.Name} goes with a search of one type.");
        List<GivenParameter> criteria = [.. given.Where(static one => one.Name is not ("_type" or PageSeal.Parameter))];
        var reader = search.Queries.At(call.Base, criteria);
        var queries = scope.Types.Select(type => reader.Read(type, criteria, isStrict)).ToList();
        var query = queries[0] with
        {
            Path = scope.Path,
            Applied = [.. given.Where(static one => one.Name == "_type"), .. queries[0].Applied],
            Warnings = Warnings(queries),
        };
        List<SearchRequest> requests =
        [
            .. queries.Select(one => new SearchRequest
            {
                Type = one.Type,
                About = scope.Owner,
                Conditions = [.. one.Conditions, .. scope.ConditionsOf(search.Queries, one.Type)],
                Limit = query.Count + 1,
            })
        ];
        if (query.Count == 0) return SearchBundle.Write(call, query, view, [], [], await CountAsync(call, search, requests), next: null);

        var page = given.FirstOrDefault(static one => one.Name == PageSeal.Parameter)?.Value;
        var after = page is null ? null : call.Ports.Pages.Read(page, scope.Path, query.Applied, orders: 1);
        var found = await FindAsync(call, search, requests, after, query.Count + 1);
        List<SearchMatch> matches = [.. found.Matches.Take(query.Count)];
        var next = found.IsCut || found.Matches.Count > query.Count
            ? call.Ports.Pages.Write(
                new SearchPosition([matches[^1].Resource.Type], matches[^1].Position.Number), scope.Path, query.Applied)
            : null;
        long? total = query.Total == TotalMode.Accurate ? await CountAsync(call, search, requests)
            : query.Total == TotalMode.Cheap && after is null && next is null ? matches.Count
            : null;
        return SearchBundle.Write(call, query, view, matches, [], total, next);
    }

    private static async Task<SearchFound> FindAsync(
        FhirCall call, IFhirSearch search, List<SearchRequest> requests, SearchPosition? after, int most)
    {
        var found = new List<SearchMatch>();
        var content = new ContentLimit(ContentLimit.Page, call.Hold);
        var start = after is null ? 0 : Math.Max(0, requests.FindIndex(request => request.Type == after.Values[0]));
        for (var i = start; i < requests.Count && found.Count < most; i++)
        {
            var begins = after is not null && i == start ? new SearchPosition([], after.Number) : null;
            var request = requests[i] with { After = begins, Limit = most - found.Count, Content = content };
            var some = await search.FindAsync(request, call.Facility, call.Aborted);
            found.AddRange(some.Matches);
            if (some.IsCut) return new SearchFound(found, ContentLimit.Page, IsCut: true);
            content = content.Less(some.Bytes);
        }

        return new SearchFound(found, ContentLimit.Page - content.MostBytes, IsCut: false);
    }

    private static async Task<long> CountAsync(FhirCall call, IFhirSearch search, List<SearchRequest> requests)
    {
        var total = 0L;
        foreach (var request in requests) total += await search.CountAsync(request, call.Facility, long.MaxValue, call.Aborted);
        return total;
    }

    /// <summary>What none of the types has is passed over; what only some have would find too much of the others.</summary>
    private static List<FhirIssue> Warnings(List<SearchQuery> queries)
    {
        var known = new List<FhirIssue>();
        foreach (var same in queries.SelectMany(static query => query.Warnings).GroupBy(static issue => issue.Parameter))
        {
            if (queries.Exists(query => query.Warnings.All(issue => issue.Parameter != same.Key)))
                throw new SearchException("not-supported", same.Key!, $"Not all of the types have {same.Key}.");
            known.Add(same.First());
        }

        return known;
    }
}
