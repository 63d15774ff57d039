using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Search;

/// <summary>A place in the JSON of a resource: members from the resource down to an element, of which each may be a list.</summary>
/// <param name="Members">
/// Names of the members; a choice of types stands with its type (<c>valueQuantity</c>). A condition stands after the member whose objects
/// must meet it (<see cref="Condition"/>).
/// </param>
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

    /// <summary>That an object has a member with a text, as it stands among the members of a path: <c>?url='urn:x'</c>.</summary>
    public static string Condition(string member, string value) =>
        $"?{member}='{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    /// <summary>The member and its text, of a condition; null for the name of a member.</summary>
    internal static (string Member, string Value)? ConditionOf(string member)
    {
        if (member[0] != '?') return null;
        var at = member.IndexOf('=', StringComparison.Ordinal);
        var value = member[(at + 2)..^1].Replace("\\'", "'", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
        return (member[1..at], value);
    }

    public override string ToString() => string.Join('.', Members);
}
