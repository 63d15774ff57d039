using System.Text.Json;
using CloudPacs.Fhir.Validation;
using CloudPacs.FhirServer.Searching;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Operations;

/// <summary>$match (FHIR R4 patient-operation-match.html): candidates are found by the index, and compared one by one.</summary>
internal static class MatchOperation
{
    /// <summary>Patients that one kind of agreement finds at most; how many are given where nothing is said.</summary>
    private const int MostCandidates = 100, DefaultCount = 20;

    public static async Task<FhirResult> RunAsync(FhirCall call, OperationInput input)
    {
        if (call.Ports.Search is not { } search) return FhirPaths.Refuse(call.Request);
        if (!search.IsComplete) return SearchInteraction.Incomplete();
        var resource = input.Resource("resource");
        if (resource.IsEmpty) throw new SearchException("required", "resource", "The parameter resource is a Patient.");
        if (RequestBody.Check(resource.Span, place: null) is { } wrong) return wrong;
        if (FhirValidator.Validate(resource.Span).Type is var type && type != "Patient")
            throw new SearchException("invalid", "resource", $"The resource is a {type}, and must be a Patient.");
        var wanted = PatientTraits.Read(resource);
        var count = input.Number("count", least: 0) ?? DefaultCount;
        var (content, isCut) = (new ContentLimit(ContentLimit.Page, call.Hold), false);
        var candidates = new Dictionary<string, SearchMatch>(StringComparer.Ordinal);
        foreach (var criteria in CriteriaOf(resource))
        {
            var query = search.Queries.Read("Patient", criteria, isStrict: true);
            var request = new SearchRequest
            {
                Type = "Patient", Conditions = query.Conditions, Order = [], Limit = MostCandidates, Content = content,
            };
            var some = await search.FindAsync(request, call.Facility, call.Aborted);
            (content, isCut) = (content.Less(some.Bytes), some.IsCut);
            foreach (var match in some.Matches) candidates.TryAdd(match.Resource.Id, match);
            if (isCut) break;
        }

        FhirIssue[] warnings = isCut
            ? [new FhirIssue("incomplete", $"Only candidates of {ContentLimit.Page >> 20} MB were compared.") { Severity = "warning" }]
            : [];

        var graded = candidates.Values.Select(match => (match.Resource, Traits: PatientTraits.Read(match.Resource.Content)))
            .Where(static one => !one.Traits.IsReplaced)
            .Select(one => (one.Resource, Match: PatientMatch.Of(wanted, one.Traits)))
            .Where(static one => one.Match.Grade != "certainly-not").ToList();
        if (input.Flag("onlyCertainMatches"))
        {
            graded = graded.FindAll(static one => one.Match.Grade == "certain");
            if (graded.Count > 1) graded = [];
        }

        var found = graded.OrderByDescending(static one => one.Match.Score).ThenBy(static one => one.Resource.Id, StringComparer.Ordinal)
            .Take(count)
            .Select(static one => new FoundResource(one.Resource, "match") { Score = one.Match.Score, Grade = one.Match.Grade }).ToList();
        return Searchset.Write(call, found, graded.Count, [("self", $"{call.Base}/Patient/$match")], warnings);
    }

    /// <summary>Searches of which each finds patients who agree in one way.</summary>
    private static List<IReadOnlyList<GivenParameter>> CriteriaOf(ReadOnlyMemory<byte> patient)
    {
        using var document = JsonDocument.Parse(patient, new JsonDocumentOptions { MaxDepth = 256 });
        var root = document.RootElement;
        var criteria = new List<IReadOnlyList<GivenParameter>>();
        var identifiers = root.ItemsOf("identifier").Select(static one => (System: one.TextOf("system"), Value: one.TextOf("value")))
            .Where(static one => one.Value is not null)
            .Select(static one => (one.System is null ? "" : Escaped(one.System) + "|") + Escaped(one.Value!)).Take(20).ToList();
        if (identifiers.Count > 0) criteria.Add([new GivenParameter("identifier", string.Join(',', identifiers))]);
        var birth = root.TextOf("birthDate");
        foreach (var name in root.ItemsOf("name").Take(5))
        {
            var family = name.TextOf("family");
            var given = name.ItemsOf("given").FirstOrDefault(static one => one.ValueKind == JsonValueKind.String) is
            { ValueKind: JsonValueKind.String } first ? first.GetString() : null;
            Add(("family", family), ("birthdate", birth));
            Add(("given", given), ("birthdate", birth));
            Add(("family", family), ("given", given));
        }

        foreach (var contact in root.ItemsOf("telecom").Take(5))
        {
            if (contact.TextOf("value") is { Length: > 0 } value) criteria.Add([new GivenParameter("telecom", Escaped(value))]);
        }

        return criteria;

        void Add((string Name, string? Value) first, (string Name, string? Value) second)
        {
            if (string.IsNullOrWhiteSpace(first.Value) || string.IsNullOrWhiteSpace(second.Value)) return;
            criteria.Add([new GivenParameter(first.Name, Escaped(first.Value)), new GivenParameter(second.Name, Escaped(second.Value))]);
        }
    }

    private static string Escaped(string text) => text.Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace(",", @"\,", StringComparison.Ordinal).Replace("|", @"\|", StringComparison.Ordinal)
        .Replace("$", @"\$", StringComparison.Ordinal);
}
