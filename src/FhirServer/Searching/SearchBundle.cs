using CloudPacs.Fhir.Formats;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>A page of a search as its Bundle, with the search as it was done in its links.</summary>
internal static class SearchBundle
{
    public static FhirResult Write(
        FhirCall call, SearchQuery query, ResourceView? view, IReadOnlyList<SearchMatch> matches, IReadOnlyList<SearchMatch> included,
        long? total, string? next)
    {
        // Names of elements are those of the type that is searched.
        var beside = view == ResourceView.Summary || view == ResourceView.Data ? view : null;
        IReadOnlyList<FoundResource> found =
        [
            .. matches.Select(match => new FoundResource(match.Resource, "match") { View = view }),
            .. included.Select(match => new FoundResource(match.Resource, "include") { View = beside }),
        ];
        var self = ("self", Address(call, query, page: null));
        return Searchset.Write(call, found, total, next is null ? [self] : [self, ("next", Address(call, query, next))], query.Warnings);
    }

    private static string Address(FhirCall call, SearchQuery query, string? page)
    {
        var all = query.Applied.Select(static parameter => parameter.Encoded).Concat(page is null ? [] : [$"{PageSeal.Parameter}={page}"]);
        var text = string.Join('&', all);
        var address = query.Path.Length > 0 ? $"{call.Base}/{query.Path}" : call.Base;
        return text.Length > 0 ? $"{address}?{text}" : address;
    }
}
