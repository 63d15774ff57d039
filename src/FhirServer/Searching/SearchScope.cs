using CloudPacs.Fhir.Search;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>Where a search looks: in a type, in several, and in all of it or in a compartment (FHIR R4 http.html 3.1.0.9).</summary>
/// <param name="Path">Address of the search below the base.</param>
/// <param name="Types">The types that are searched, one after the other.</param>
/// <param name="Owner">Whose compartment it is, such as <c>Patient/1</c>; null for no compartment.</param>
internal sealed record SearchScope(string Path, IReadOnlyList<string> Types, string? Owner)
{
    public static SearchScope OfType(string type) => new(type, [type], null);

    /// <exception cref="SearchException">No types are named, or one that is not searched.</exception>
    public static SearchScope OfSystem(IReadOnlyList<GivenParameter> given)
    {
        var named = Named(given);
        return named.Count > 0
            ? new SearchScope("", named, null)
            : throw new SearchException("required", "_type", "A search of the system names the types: _type=Patient,Encounter.");
    }

    /// <summary>A compartment; null when it has no resources of that type.</summary>
    /// <param name="owner">Type of its owner.</param>
    /// <param name="id">Id of its owner.</param>
    /// <param name="member">The type that is searched, or an asterisk.</param>
    /// <param name="given">All parameters.</param>
    public static SearchScope? OfCompartment(string owner, string id, string member, IReadOnlyList<GivenParameter> given)
    {
        List<string> types = [.. Compartments.TypesOf(owner).Prepend(owner).Distinct().Where(IsSearched)];
        if (!Compartments.Owners.Contains(owner)) return null;
        var path = $"{owner}/{id}/{member}";
        if (member != "*") return types.Contains(member) ? new SearchScope(path, [member], $"{owner}/{id}") : null;
        var named = Named(given);
        if (named.Find(name => !types.Contains(name)) is { } other)
            throw new SearchException("value", "_type", $"The compartment has no resources of type {other}.");
        return new SearchScope(path, named.Count > 0 ? named : types, $"{owner}/{id}");
    }

    /// <summary>What a resource of a type must be besides, to be in the compartment.</summary>
    public IEnumerable<SearchCondition> ConditionsOf(SearchQueryReader queries, string type)
    {
        if (Owner is null) return [];
        var (owner, id) = (Owner.Split('/')[0], Owner.Split('/')[1]);
        var belongs = Compartments.ParametersOf(owner, type).Select(code => new GivenParameter(code, Owner));
        if (type == owner) belongs = belongs.Prepend(new GivenParameter("_id", id));
        return [new EitherCondition([.. belongs.Select(one => queries.Read(type, [one], isStrict: true).Conditions[0])])];
    }

    private static List<string> Named(IEnumerable<GivenParameter> given)
    {
        var options = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        List<string> named =
        [
            .. given.Where(static one => one.Name == "_type").SelectMany(one => one.Value.Split(',', options)).Distinct()
        ];
        return named.Find(static name => !IsSearched(name)) is { } unknown
            ? throw new SearchException("not-supported", "_type", $"This server finds no resources of type {unknown}.")
            : named;
    }

    private static bool IsSearched(string type) => ServedTypes.Find(type)?.Can(TypeInteractions.SearchType) == true;
}
