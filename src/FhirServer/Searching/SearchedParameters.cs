using CloudPacs.Fhir.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>The parameters that a search may name.</summary>
/// <param name="parameters">All, also those that resources are not indexed by yet.</param>
internal sealed class SearchedParameters(ParameterSet parameters)
{
    /// <summary>A parameter by its name; null when the type has none.</summary>
    /// <param name="type">The type that is searched.</param>
    /// <param name="code">Name of the parameter.</param>
    /// <param name="name">The parameter as it was given.</param>
    /// <exception cref="SearchException">It is of a site, and not everything would be found by it yet.</exception>
    public SearchParameter? Find(string type, string code, string name)
    {
        var parameter = parameters.Find(type, code);
        return parameter is null or { IsReady: true }
            ? parameter
            : throw new SearchException(
                "incomplete", name, $"Resources are being indexed by {code} of {type}, which is new or was changed. Try again in a minute.")
            {
                IsPassing = true,
            };
    }

    /// <summary>A parameter that looks at references; null when the type has none of that name.</summary>
    /// <exception cref="SearchException">It is of a site, and not everything would be found by it yet.</exception>
    public SearchParameter? FindReference(string type, string code, string name) =>
        Find(type, code, name) is { Kind: SearchKind.Reference } reference ? reference : null;

    /// <summary>The parameters of a type that look at references, and that everything is found by.</summary>
    public IEnumerable<SearchParameter> ReferencesOf(string type) =>
        parameters.Of(type).Where(static parameter => parameter is { Kind: SearchKind.Reference, IsReady: true });
}
