namespace CloudPacs.Fhir.Search;

/// <summary>The kinds of search parameters (FHIR R4 search.html 3.1.1.4).</summary>
public enum SearchKind
{
    Number,
    Date,
    String,
    Token,
    Reference,
    Composite,
    Quantity,
    Uri,
    Special,
}

/// <summary>A search parameter of one type of resources (FHIR R4 searchparameter.html), with the places that it looks at.</summary>
public sealed class SearchParameter
{
    /// <summary>The type of resources it belongs to.</summary>
    public required string ResourceType { get; init; }

    /// <summary>The name in a search, such as <c>based-on</c>.</summary>
    public required string Code { get; init; }

    public required SearchKind Kind { get; init; }

    /// <summary>Canonical address of its definition.</summary>
    public required string Url { get; init; }

    /// <summary>The places as FHIRPath, as the specification has them.</summary>
    public required string Expression { get; init; }

    /// <summary>Resource types that a reference may point to; empty for any, and for all other kinds.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Where its values are; of a composite, the elements that its components share.</summary>
    public required IReadOnlyList<ElementPath> Paths { get; init; }

    /// <summary>The two components of a composite, whose paths begin at those of the composite; empty for all other kinds.</summary>
    public IReadOnlyList<SearchComponent> Components { get; init; } = [];

    /// <summary>Id of the SearchParameter of a site that defines it; null for one of FHIR R4, or when it has no id yet.</summary>
    public string? DefinedBy { get; init; }

    /// <summary>All resources are indexed by it; until then it cannot be searched by.</summary>
    public bool IsReady { get; init; } = true;

    /// <summary>How a site wants it to be used; null for all ways that its kind has.</summary>
    public ParameterUses? Uses { get; init; }

    public override string ToString() => $"{ResourceType}.{Code}";
}

/// <summary>One component of a composite parameter: a parameter that looks inside the element that the components share.</summary>
/// <param name="Definition">Canonical address of that parameter.</param>
/// <param name="Expression">Where it looks, from the element that the components share.</param>
/// <param name="Kind">How its value is read and compared.</param>
/// <param name="Targets">Resource types that a reference may point to.</param>
/// <param name="Paths">For each path of the composite, the places below it.</param>
public sealed record SearchComponent(
    string Definition, string Expression, SearchKind Kind, IReadOnlyList<string> Targets, IReadOnlyList<ElementPath> Paths);
