namespace CloudPacs.Mapping.Fhir;

/// <summary>
/// The elements of one resource type that follow from what the domain has stored, and that no map may write: <c>status</c>, items of a
/// list such as <c>identifier[placer]</c>, and items with one beginning such as <c>identifier[other-*]</c>.
/// </summary>
public sealed class OwnedElements(string resourceType, params IReadOnlyList<string> paths)
{
    private readonly HashSet<string> _paths = [.. paths.Where(static path => !path.EndsWith("*]", StringComparison.Ordinal))];
    private readonly List<string> _families = [.. paths.Where(static path => path.EndsWith("*]", StringComparison.Ordinal))
        .Select(static path => path[..^2])];
    private readonly HashSet<string> _lists = [.. paths.Where(static path => path.Contains('[', StringComparison.Ordinal))
        .Select(static path => path[..path.IndexOf('[', StringComparison.Ordinal)])];

    public string ResourceType { get; } = resourceType;

    /// <summary>Nothing of a type.</summary>
    public static OwnedElements None { get; } = new("");

    /// <summary>The whole element follows from rows.</summary>
    public bool Owns(string element) => _paths.Contains(element);

    /// <summary>The item of that id in a list follows from rows.</summary>
    public bool OwnsItem(string list, string id)
    {
        var path = $"{list}[{id}";
        return Owns(list) || _paths.Contains(path + "]") || _families.Exists(family => path.StartsWith(family, StringComparison.Ordinal));
    }

    /// <summary>Some items of the list follow from rows, so that no rule may give it whole.</summary>
    public bool OwnsItemsOf(string list) => _lists.Contains(list);
}
