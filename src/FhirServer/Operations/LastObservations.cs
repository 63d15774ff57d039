using System.Text.Json;
using CloudPacs.FhirServer.Searching;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Operations;

/// <summary>$lastn: the last observations of each code (FHIR R4 observation-operation-lastn.html).</summary>
internal static class LastObservations
{
    /// <summary>So many are looked at in all, and read at a time.</summary>
    private const int MostRead = 5000, AtATime = 500;

    private static readonly HashSet<string> Subjects = ["patient", "subject"];

    public static async Task<FhirResult> RunAsync(FhirCall call, OperationInput input)
    {
        if (call.Ports.Search is not { } search) return FhirPaths.Refuse(call.Request);
        if (!search.IsComplete) return SearchInteraction.Incomplete();
        var max = input.Number("max", least: 1) ?? 1;
        List<GivenParameter> given = [.. input.SearchParameters.Where(static one => one.Name != "max")];
        if (given.Find(static one => one.Name is "_sort" or "_count" or "_total" or "_summary" or "_elements" or "_include" or "_revinclude"
                or PageSeal.Parameter) is { } odd)
            throw new SearchException("not-supported", odd.Name, $"$lastn is not used with {odd.Name}.");
        if (!given.Exists(static one => Subjects.Contains(one.Name.Split(':', '.')[0])))
            throw new SearchException("required", "patient", "$lastn needs the patient, or the subject.");
        var query = search.Queries.At(call.Base, given)
            .Read("Observation", [.. given, new GivenParameter("_sort", "-date")], isStrict: true);
        var groups = new CodeGroups(max);
        var (after, read) = (default(SearchPosition), 0);
        var content = new ContentLimit(ContentLimit.Page, call.Hold);
        var isCut = false;
        while (read < MostRead && !isCut)
        {
            var request = new SearchRequest
            {
                Type = "Observation", Conditions = query.Conditions, Order = query.Order, After = after, Limit = AtATime,
                Content = content,
            };
            var found = await search.FindAsync(request, call.Facility, call.Aborted);
            foreach (var match in found.Matches) groups.Add(match);
            read += found.Matches.Count;
            (content, isCut) = (content.Less(found.Bytes), found.IsCut);
            if (found.Matches.Count < AtATime) break;
            after = found.Matches[^1].Position;
        }

        FhirIssue[] warnings = read < MostRead && !isCut
            ? []
            : [new FhirIssue("incomplete", $"Only the last {read} observations were looked at.") { Severity = "warning" }];
        var entries = groups.Kept.Select(static match => new FoundResource(match.Resource, "match")).ToList();
        var self = $"{call.Base}/Observation/$lastn?" + string.Join('&', input.SearchParameters.Select(static one => one.Encoded));
        return Searchset.Write(call, entries, entries.Count, [("self", self)], warnings);
    }

    /// <summary>Observations that share a coding, or have the same text where they have none, the later ones first.</summary>
    internal sealed class CodeGroups(int max)
    {
        private readonly Dictionary<string, Group> _byCode = new(StringComparer.Ordinal);
        private readonly List<(Group Group, SearchMatch Match)> _kept = [];

        public IEnumerable<SearchMatch> Kept => _kept.Select(static one => one.Match);

        public void Add(SearchMatch match)
        {
            var codes = CodesOf(match.Resource.Content);
            var group = codes.Select(code => _byCode.GetValueOrDefault(code)).FirstOrDefault(static found => found is not null)
                ?? new Group();
            foreach (var code in codes) _byCode.TryAdd(code, group);
            if (group.Count++ < max) _kept.Add((group, match));
        }

        private static List<string> CodesOf(ReadOnlyMemory<byte> content)
        {
            using var resource = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 256 });
            var codes = new List<string>();
            if (!resource.RootElement.TryGetProperty("code", out var concept)) return codes;
            if (concept.TryGetProperty("coding", out var codings))
            {
                foreach (var coding in codings.EnumerateArray())
                {
                    if (coding.TryGetProperty("code", out var code))
                        codes.Add($"{(coding.TryGetProperty("system", out var system) ? system.GetString() : "")}|{code.GetString()}");
                }
            }

            if (codes.Count == 0 && concept.TryGetProperty("text", out var text)) codes.Add("text " + text.GetString());
            return codes;
        }

        private sealed class Group
        {
            public int Count { get; set; }
        }
    }
}
