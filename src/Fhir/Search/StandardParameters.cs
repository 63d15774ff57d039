using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Search;

/// <summary>Reads the search parameters of FHIR R4 for the types that are served.</summary>
internal static class StandardParameters
{
    /// <summary>All parameters of all types, with those that all types have.</summary>
    public static IEnumerable<SearchParameter> ReadAll()
    {
        var lines = TableResource.Lines("parameters.tsv").ToLookup(static line => line[0]);
        return lines.Where(static group => group.Key != "Resource")
            .SelectMany(group => ReadAll(FhirDefinitions.Get(group.Key), [.. group, .. lines["Resource"]]));
    }

    private static IEnumerable<SearchParameter> ReadAll(FhirType type, IReadOnlyList<string[]> lines)
    {
        var simple = lines.Where(static line => line[5].Length == 0).Select(line => Read(type, line))
            .ToDictionary(static parameter => parameter.Code, StringComparer.Ordinal);
        var composites = lines.Where(static line => line[5].Length > 0).Select(line => Composite(type, line, simple)).ToList();
        // What has no place that can be read is not offered.
        return simple.Values.Concat(composites).Where(static parameter => parameter.Paths.Count > 0);
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
            : [.. PathExpression.Paths(line[3], type, name => name == type.Name || name == "Resource").SelectMany(WithParts)],
    };

    /// <summary>Names and addresses are searched in all of their parts (FHIR R4 search.html 3.1.1.4.8).</summary>
    public static IEnumerable<ElementPath> WithParts(ElementPath path) => path.Type switch
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
        return PathExpression.Paths(expression, type, name => name == type.Name)
            .Select(static path => (path, path.Element!.Inside ?? FhirDefinitions.Get(path.Type)));
    }

    private static string[] TargetsOf(string[] line) => line[4].Length > 0 ? line[4].Split(',') : [];

    private static SearchKind KindOf(string name) => Enum.Parse<SearchKind>(name, ignoreCase: true);
}
