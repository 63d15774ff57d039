using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Search;

/// <summary>A place in the JSON of a resource: members from the resource down to an element, of which each may be a list.</summary>
/// <param name="Members">Names of the members; a choice of types stands with its type (<c>valueQuantity</c>).</param>
/// <param name="Type">Name of the type of the element.</param>
public sealed record ElementPath(IReadOnlyList<string> Members, string Type)
{
    /// <summary>Only contact points of this system (<c>where(system='phone')</c>); null for all.</summary>
    public string? System { get; init; }

    /// <summary>Only references to resources of this type (<c>where(resolve() is Patient)</c>); null for all.</summary>
    public string? Target { get; init; }

    /// <summary>Not the element, but whether there is one other than <c>false</c> (<c>exists() and … != false</c>).</summary>
    public bool IsPresence { get; init; }

    /// <summary>The element as it is defined.</summary>
    internal FhirElement? Element { get; init; }

    public override string ToString() => string.Join('.', Members);
}
