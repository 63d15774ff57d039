using System.Collections.Frozen;

namespace CloudPacs.Fhir.Search;

/// <summary>The search parameters by which resources are indexed and searched: those of FHIR R4, and what a site defines besides.</summary>
public sealed class ParameterSet
{
    private static readonly Lazy<ParameterSet> Loaded = new(static () => new ParameterSet(StandardParameters.ReadAll()));

    private readonly FrozenDictionary<string, FrozenDictionary<string, SearchParameter>> _types;

    private ParameterSet(IEnumerable<SearchParameter> parameters) => _types = parameters
        .GroupBy(static parameter => parameter.ResourceType)
        .ToFrozenDictionary(
            static same => same.Key,
            static same => same.ToFrozenDictionary(static parameter => parameter.Code, StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>Those of FHIR R4 for the types that are served, loaded at first use.</summary>
    public static ParameterSet Standard => Loaded.Value;

    /// <summary>The types that have parameters, by name; a site's own add none.</summary>
    public IEnumerable<string> Types => _types.Keys.Order(StringComparer.Ordinal);

    /// <summary>All parameters of a type, with those that all types have; none for a type that is not served.</summary>
    public IEnumerable<SearchParameter> Of(string type) => _types.TryGetValue(type, out var parameters)
        ? parameters.Values.OrderBy(static parameter => parameter.Code, StringComparer.Ordinal)
        : [];

    /// <summary>A parameter by its name, which is case-sensitive; null when the type has none.</summary>
    public SearchParameter? Find(string type, string code) =>
        _types.TryGetValue(type, out var parameters) ? parameters.GetValueOrDefault(code) : null;

    /// <summary>Those that the site defines.</summary>
    public IEnumerable<SearchParameter> OfSite =>
        _types.Values.SelectMany(static type => type.Values).Where(static parameter => parameter.DefinedBy is not null);

    /// <summary>These, and further ones whose names are free.</summary>
    public ParameterSet With(IEnumerable<SearchParameter> further) =>
        new(_types.Values.SelectMany(static type => type.Values).Concat(further));
}
