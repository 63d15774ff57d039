using CloudPacs.Fhir.Search;
using CloudPacs.FhirServer.Searching;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Operations;

/// <summary>
/// $everything of a patient or an encounter (FHIR R4 operation-patient-everything.html): the compartment, a type after the other, and
/// beside each page what its resources refer to outside of it.
/// </summary>
internal static class EverythingOperation
{
    public const string Page = PageSeal.Parameter;

    /// <summary>The most that a page has, beside and without what is referred to.</summary>
    private const int Most = 1000, MostBeside = 5000;

    /// <summary>For each type the parameter for the time of care.</summary>
    private static readonly Dictionary<string, string> CareDates = new(StringComparer.Ordinal)
    {
        ["Appointment"] = "date", ["DiagnosticReport"] = "date", ["DocumentReference"] = "period", ["Encounter"] = "date",
        ["ImagingStudy"] = "started", ["List"] = "date", ["Media"] = "created", ["Observation"] = "date", ["Procedure"] = "date",
        ["Provenance"] = "when", ["ServiceRequest"] = "occurrence", ["Task"] = "period",
    };

    public static async Task<FhirResult> RunAsync(FhirCall call, OperationInput input)
    {
        if (call.Ports.Search is not { } search) return FhirPaths.Refuse(call.Request);
        if (!search.IsComplete) return SearchInteraction.Incomplete();
        var found = await call.Ports.Reader.ReadAsync(call.Type.Name, call.Id, call.Facility, call.Aborted);
        if (ReadInteraction.RefuseMissing(call, found) is { } missing) return missing;

        var compartment = CompartmentTypes(call.Type.Name);
        var wanted = WantedTypes(call, input, compartment);
        var count = Math.Min(input.Number("_count", least: 1) ?? Most, Most);
        List<GivenParameter> applied = [.. input.Given.Where(static one => one.Name != Page)];
        var scope = $"{call.Type.Name}/{call.Id}/$everything";
        var after = input.Text(Page) is { } token ? call.Ports.Pages.Read(token, scope, applied, orders: 1) : null;

        var (matches, bytes, isCut) = await MatchesAsync(call, search, input, [.. compartment.Where(wanted.Contains)], after, count + 1);
        List<SearchMatch> page = [.. matches.Take(count)];
        var next = isCut || matches.Count > count
            ? call.Ports.Pages.Write(
                new SearchPosition([page[^1].Resource.Type], page[^1].Position.Number), scope, applied)
            : null;
        var beside = await BesideAsync(call, search, page, bytes, compartment);
        IEnumerable<FoundResource> entries =
        [
            .. page.Select(static match => new FoundResource(match.Resource, "match")),
            .. beside.Matches.Where(match => !compartment.Contains(match.Resource.Type) && wanted.Contains(match.Resource.Type))
                .Select(static match => new FoundResource(match.Resource, "include")),
        ];
        return Searchset.Write(
            call, [.. entries], after is null && next is null ? page.Count : null, Links(call, scope, applied, input.Text(Page), next),
            beside.IsCut ? [SearchInteraction.BesideCut] : []);
    }

    private static IEnumerable<(string Relation, string Url)> Links(
        FhirCall call, string scope, List<GivenParameter> applied, string? page, string? next)
    {
        yield return ("self", Address(page));
        if (next is not null) yield return ("next", Address(next));

        string Address(string? token)
        {
            var all = token is null ? applied : [.. applied, new GivenParameter(Page, token)];
            return $"{call.Base}/{scope}" + (all.Count > 0 ? "?" + string.Join('&', all.Select(static one => one.Encoded)) : "");
        }
    }

    /// <summary>The types of a compartment, that of its owner first.</summary>
    private static List<string> CompartmentTypes(string owner) =>
    [
        owner,
        .. Compartments.TypesOf(owner)
            .Where(type => type != owner && ServedTypes.Find(type)?.Can(TypeInteractions.SearchType) == true),
    ];

    /// <summary>Those that are named, else all that the caller may see.</summary>
    private static HashSet<string> WantedTypes(FhirCall call, OperationInput input, List<string> compartment)
    {
        List<string> named = [.. input.Texts("_type").SelectMany(static value => value.Split(',')).Where(static name => name.Length > 0)];
        if (named.Find(static name => ServedTypes.Find(name) is null) is { } unknown)
            throw new SearchException("not-supported", "_type", $"This server has no resources of type {unknown}.");
        return named.Count > 0
            ? [.. named]
            : [.. compartment.Concat(ServedTypes.Served.Select(static type => type.Name)).Where(type => call.Rights.Can('s', type))];
    }

    private static async Task<SearchFound> MatchesAsync(
        FhirCall call, IFhirSearch search, OperationInput input, List<string> types, SearchPosition? after, int most)
    {
        var matches = new List<SearchMatch>();
        var content = new ContentLimit(ContentLimit.Page, call.Hold);
        var start = after is null ? 0 : Math.Max(types.IndexOf(after.Values[0]!), 0);
        foreach (var type in types.Skip(start))
        {
            if (matches.Count == most) break;
            var request = new SearchRequest
            {
                Type = type,
                About = $"{call.Type.Name}/{call.Id}",
                Conditions = ConditionsOf(search, call, input, type),
                After = after is not null && type == after.Values[0] ? new SearchPosition([], after.Number) : null,
                Limit = most - matches.Count,
                Content = content,
            };
            var some = await search.FindAsync(request, call.Facility, call.Aborted);
            matches.AddRange(some.Matches);
            content = content.Less(some.Bytes);
            if (some.IsCut) return Found(isCut: true);
        }

        return Found(isCut: false);

        SearchFound Found(bool isCut) => new(matches, ContentLimit.Page - content.MostBytes, isCut);
    }

    private static List<SearchCondition> ConditionsOf(IFhirSearch search, FhirCall call, OperationInput input, string type)
    {
        var owner = $"{call.Type.Name}/{call.Id}";
        List<SearchCondition> belongs = [.. Compartments.ParametersOf(call.Type.Name, type).Select(code => One(search, type, code, owner))];
        if (type == call.Type.Name) belongs.Insert(0, One(search, type, "_id", call.Id));
        List<SearchCondition> conditions = [new EitherCondition(belongs)];
        if (input.Text("_since") is { } since) conditions.Add(One(search, type, "_lastUpdated", "ge" + since, "_since"));
        if (!CareDates.TryGetValue(type, out var date)) return conditions;
        SearchCondition? hasNone = null;
        foreach (var (name, prefix) in new[] { ("start", "ge"), ("end", "le") })
        {
            if (input.Text(name) is not { } day) continue;
            hasNone ??= One(search, type, date + ":missing", "true");
            conditions.Add(new EitherCondition(One(search, type, date, prefix + day, name), hasNone));
        }

        return conditions;
    }

    private static SearchCondition One(IFhirSearch search, string type, string code, string value, string? parameter = null)
    {
        try
        {
            return search.Queries.Read(type, [new GivenParameter(code, value)], isStrict: true).Conditions[0];
        }
        catch (SearchException e) when (parameter is not null)
        {
            throw new SearchException(e.Code, parameter, e.Message);
        }
    }

    /// <summary>What the matches refer to outside of the compartment: who did it, where, with what.</summary>
    private static async Task<SearchFound> BesideAsync(
        FhirCall call, IFhirSearch search, List<SearchMatch> matches, long bytes, List<string> compartment)
    {
        if (matches.Count == 0) return SearchFound.Nothing;
        var inclusions = ServedTypes.Served.Where(static type => type.Can(TypeInteractions.SearchType)).SelectMany(
            type => search.Queries.Read(type.Name, [new GivenParameter("_include", "*")], isStrict: true).Inclusions
                .Select(one => one with { Iterates = !compartment.Contains(type.Name) }));
        var content = SearchInteraction.Beside(call, bytes);
        return await search.IncludeAsync(matches, [.. inclusions], call.Facility, MostBeside, content, call.Aborted);
    }
}
