using System.Collections.Frozen;
using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Search;

/// <summary>The search parameters of FHIR R4 for the types that are served, loaded at first use.</summary>
public static class SearchParameters
{
    private static readonly Lazy<FrozenDictionary<string, FrozenDictionary<string, SearchParameter>>> Loaded = new(Load);

    /// <summary>The types that have parameters, by name.</summary>
    public static IEnumerable<string> Types => Loaded.Value.Keys.Order(StringComparer.Ordinal);

    /// <summary>All parameters of a type, with those that all types have; none for a type that is not served.</summary>
    public static IEnumerable<SearchParameter> Of(string type) =>
        Loaded.Value.TryGetValue(type, out var parameters)
            ? parameters.Values.OrderBy(static parameter => parameter.Code, StringComparer.Ordinal)
            : [];

    /// <summary>A parameter by its name, which is case-sensitive; null when the type has none.</summary>
    public static SearchParameter? Find(string type, string code) =>
        Loaded.Value.TryGetValue(type, out var parameters) ? parameters.GetValueOrDefault(code) : null;

    private static FrozenDictionary<string, FrozenDictionary<string, SearchParameter>> Load()
    {
        var lines = TableResource.Lines("parameters.tsv").ToLookup(static line => line[0]);
        return lines.Where(static group => group.Key != "Resource").ToFrozenDictionary(
            static group => group.Key,
            group => ReadAll(FhirDefinitions.Get(group.Key), [.. group, .. lines["Resource"]]),
            StringComparer.Ordinal);
    }

    private static FrozenDictionary<string, SearchParameter> ReadAll(FhirType type, IReadOnlyList<string[]> lines)
    {
        var simple = lines.Where(static line => line[5].Length == 0).Select(line => Read(type, line))
            .ToDictionary(static parameter => parameter.Code, StringComparer.Ordinal);
        var composites = lines.Where(static line => line[5].Length > 0).Select(line => Composite(type, line, simple)).ToList();
        // What has no place that can be read is not offered.
        return simple.Values.Concat(composites).Where(static parameter => parameter.Paths.Count > 0)
            .ToFrozenDictionary(static parameter => parameter.Code, StringComparer.Ordinal);
    }

    private static SearchParameter Read(FhirType type, string[] line) => new()
    {
        ResourceType = type.Name,
        Code = line[1],
        Kind = KindOf(line[2]),
        Url = line[6],
        Expression = line[3],
        Targets = TargetsOf(line),
        // Which resource the first of a Bundle is follows from its own type.
        Paths = line[2] == "special" || line[3].Contains('[', StringComparison.Ordinal)
            ? []
            : [.. PathExpression.Paths(OfType(line[3], type), type).SelectMany(static path => Parts(path))],
    };

    /// <summary>Names and addresses are searched in all of their parts (FHIR R4 search.html 3.1.1.4.8).</summary>
    private static IEnumerable<ElementPath> Parts(ElementPath path) => path.Type switch
    {
        "HumanName" => Parts(path, "family", "given", "prefix", "suffix", "text"),
        "Address" => Parts(path, "line", "city", "district", "state", "postalCode", "country", "text"),
        _ => [path],
    };

    private static IEnumerable<ElementPath> Parts(ElementPath path, params string[] members) =>
        members.Select(member => new ElementPath([.. path.Members, member], "string")).Prepend(path);

    private static SearchParameter Composite(FhirType type, string[] line, Dictionary<string, SearchParameter> simple)
    {
        var starts = line[3].Split(" | ").SelectMany(part => StartsOf(part, type)).ToList();
        return new SearchParameter
        {
            ResourceType = type.Name,
            Code = line[1],
            Kind = SearchKind.Composite,
            Url = line[6],
            Expression = line[3],
            Targets = [],
            Paths = [.. starts.Select(static start => start.Path)],
            Components =
            [
                .. from component in line[5].Split(',')
                let of = simple[component.Split('=')[0]]
                let expression = component.Split('=')[1]
                select new SearchComponent(
                    of.Url, expression, of.Kind, of.Targets,
                    [.. starts.SelectMany(start => PathExpression.PathsBelow(start.Path, start.Inside, expression))])
            ],
        };
    }

    private static IEnumerable<(ElementPath Path, FhirType Inside)> StartsOf(string expression, FhirType type)
    {
        if (expression == type.Name) return [(new ElementPath([], type.Name), type)];
        return PathExpression.Paths(expression, type).Select(static path => (path, path.Element!.Inside ?? FhirDefinitions.Get(path.Type)));
    }

    private static string OfType(string expression, FhirType type) =>
        expression.Replace("Resource.", type.Name + ".", StringComparison.Ordinal);

    private static string[] TargetsOf(string[] line) => line[4].Length > 0 ? line[4].Split(',') : [];

    private static SearchKind KindOf(string name) => Enum.Parse<SearchKind>(name, ignoreCase: true);
}
