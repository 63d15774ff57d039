using System.Text;
using CloudPacs.Fhir.Formats;
using CloudPacs.FhirServer.Access;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace CloudPacs.FhirServer.Searching;

/// <summary>search of a type, a compartment or the system, by GET and POST (FHIR R4 http.html 3.1.0.9, search.html).</summary>
internal static class SearchInteraction
{
    /// <summary>Totals are counted to here where nobody asks for more, and included resources given.</summary>
    private const int CheapTotal = 1000, MostIncluded = 1000;

    /// <summary>So many bytes are given beside the matches of any page.</summary>
    private const long LeastBeside = ContentLimit.Page / 4;

    /// <summary>That not everything is beside the matches.</summary>
    public static readonly FhirIssue BesideCut = new(
        "incomplete", $"This page has {ContentLimit.Page >> 20} MB; the rest that is to be included is left out. Ask for less by _count.")
    {
        Severity = "warning",
    };

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>The longest form that is read, in bytes.</summary>
    private const int LongestForm = 256 * 1024;

    public static Task<FhirResult> SearchAsync(FhirCall call) => SearchAsync(call, _ => SearchScope.OfType(call.Type.Name));

    /// <summary>Of what belongs to the resource of the route, in one type or in all.</summary>
    public static Task<FhirResult> OfCompartmentAsync(FhirCall call) =>
        SearchAsync(call, given => SearchScope.OfCompartment(call.Type.Name, call.Id, call.Value("member"), given) is { } scope
            // All types are all that the caller may search.
            ? call.Value("member") != "*" || given.Exists(static one => one.Name == "_type")
                ? scope
                : scope with { Types = [.. scope.Types.Where(type => call.Rights.Can('s', type))] }
            : null);

    /// <summary>Of the types that <c>_type</c> names.</summary>
    public static Task<FhirResult> OfSystemAsync(FhirCall call) => SearchAsync(call, SearchScope.OfSystem);

    private static async Task<FhirResult> SearchAsync(FhirCall call, Func<List<GivenParameter>, SearchScope?> scopeOf)
    {
        if (call.Ports.Search is not { } search) return FhirPaths.Refuse(call.Request);
        if (!search.IsComplete) return Incomplete();
        try
        {
            var given = QueryText.Read(call.Request.QueryString.Value ?? "").ToList();
            if (HttpMethods.IsPost(call.Request.Method))
            {
                if (await ReadFormAsync(call) is not { } form)
                    return FhirResult.Problem(415, "not-supported", "A search by POST is a form: application/x-www-form-urlencoded.");
                given.AddRange(QueryText.Read(form));
            }

            if (scopeOf(given) is not { } scope) return FhirPaths.Refuse(call.Request);
            var isCount = given.Exists(static one => one is { Name: "_summary", Value: "count" } or { Name: "_count", Value: "0" });
            var (view, refusal) = isCount ? (null, null) : ViewParameters.Read(CollectionOf(given));
            if (refusal is not null) return refusal;
            if (scope.Types.Count == 0) throw new ForbiddenException('s', scope.Path);
            if (scope.Types.Count > 1 || scope.Path is "" or [.., '*'])
                return await ManyTypesSearch.RunAsync(call, search, given, scope, view, Preferences.IsStrict(call.Request));
            var query = search.Queries.At(call.Base, given).Read(scope.Types[0], given, Preferences.IsStrict(call.Request), scope.Path);
            query = query with { Conditions = [.. query.Conditions, .. scope.ConditionsOf(search.Queries, query.Type)] };
            if (view == ResourceView.Text && query.Inclusions.Count > 0)
                throw new SearchException("value", "_summary", "_summary=text goes with no included resources.");
            return await RunAsync(call, search, query, view);
        }
        catch (SearchException e)
        {
            return e.Answer();
        }
    }

    /// <summary>How many bytes may be given beside matches: what these leave of a page, or some for those of a full one.</summary>
    public static ContentLimit Beside(FhirCall call, long bytes) =>
        new(Math.Max(ContentLimit.Page - bytes, LeastBeside), call.Hold);

    /// <summary>Not everything is found yet.</summary>
    public static FhirResult Incomplete() =>
        FhirResult.Problem(503, "incomplete", "The search index of this server is being made. Try again in a minute.") with
        {
            RetryAfter = Pause,
        };

    private static async Task<FhirResult> RunAsync(FhirCall call, IFhirSearch search, SearchQuery query, ResourceView? view)
    {
        var request = new SearchRequest
        {
            About = AboutOf(query),
            Type = query.Type, Conditions = query.Conditions, Order = query.Order, After = query.After, Limit = query.Count + 1,
            Content = new ContentLimit(ContentLimit.Page, call.Hold),
        };
        if (query.Count == 0)
        {
            var all = await search.CountAsync(request with { After = null }, call.Facility, long.MaxValue, call.Aborted);
            return SearchBundle.Write(call, query, view, [], [], all, next: null);
        }

        var found = await search.FindAsync(request, call.Facility, call.Aborted);
        var matches = found.Matches.Take(query.Count).ToList();
        var hasMore = found.IsCut || found.Matches.Count > query.Count;
        var next = hasMore ? call.Ports.Pages.Write(matches[^1].Position, query.Path, query.Applied) : null;
        var total = await TotalAsync(call, search, query, request, matches.Count, hasMore);
        var included = query.Inclusions.Count > 0 && matches.Count > 0
            ? await search.IncludeAsync(matches, query.Inclusions, call.Facility, MostIncluded + 1, Beside(call, found.Bytes), call.Aborted)
            : SearchFound.Nothing;
        if (included.IsCut) query = query with { Warnings = [.. query.Warnings, BesideCut] };
        if (included.Matches.Count > MostIncluded)
        {
            var cut = $"More than {MostIncluded} resources are to be included in this page; the rest is left out.";
            query = query with { Warnings = [.. query.Warnings, new FhirIssue("incomplete", cut) { Severity = "warning" }] };
        }

        return SearchBundle.Write(call, query, view, matches, [.. included.Matches.Take(MostIncluded)], total, next);
    }

    /// <summary>For what stands in no index: a resource that all matches name, or are.</summary>
    private static string? AboutOf(SearchQuery query)
    {
        if (query.Type != "AuditEvent") return null;
        foreach (var (name, value) in query.Applied)
        {
            if (value.Contains(',', StringComparison.Ordinal)) continue;
            if (name == "_id") return $"{query.Type}/{value}";
            if (name is "patient" or "patient:Patient") return value.Contains('/', StringComparison.Ordinal) ? value : $"Patient/{value}";
            if (name == "entity" && value.Contains('/', StringComparison.Ordinal)) return value;
        }

        return query.Path.Split('/') is [var owner, var id, _] ? $"{owner}/{id}" : null;
    }

    /// <summary>The number of matches; null when nobody wants it, or it costs more than it is worth.</summary>
    private static async Task<long?> TotalAsync(
        FhirCall call, IFhirSearch search, SearchQuery query, SearchRequest request, int count, bool hasMore)
    {
        if (query.Total == TotalMode.None) return null;
        if (query.After is null && !hasMore) return count;
        var most = query.Total == TotalMode.Accurate ? long.MaxValue : CheapTotal + 1;
        var total = await search.CountAsync(request with { After = null }, call.Facility, most, call.Aborted);
        return total < most ? total : null;
    }

    private static QueryCollection CollectionOf(IEnumerable<GivenParameter> given) => new(
        given.GroupBy(static one => one.Name).ToDictionary(
            static same => same.Key, static same => new StringValues([.. same.Select(static one => one.Value)])));

    /// <summary>The text of the form; null when the body is none.</summary>
    private static async Task<string?> ReadFormAsync(FhirCall call)
    {
        var type = call.Request.ContentType?.Split(';')[0].Trim();
        if (call.Request.ContentLength == 0) return "";
        if (!"application/x-www-form-urlencoded".Equals(type, StringComparison.OrdinalIgnoreCase)) return null;
        var buffer = new byte[(int)Math.Min(call.Request.ContentLength ?? LongestForm, LongestForm) + 1];
        var length = await call.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, call.Aborted);
        if (length > LongestForm) throw new SearchException("too-long", "_search", $"A search is no longer than {LongestForm} bytes.");
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
