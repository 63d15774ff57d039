using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Search;

/// <summary>
/// Reads the expressions of search parameters: the part of FHIRPath that the parameters of R4 are written in, which are paths with casts
/// and three kinds of conditions. What is none of these is an error: a parameter is indexed rightly, or not offered.
/// </summary>
internal static class PathExpression
{
    private const string ResolveIs = "where(resolve() is ", SystemIs = "where(system='", Exists = ".exists() and ";

    /// <summary>The paths of an expression, whose parts with <c>|</c> between them begin with the name of the type.</summary>
    /// <param name="expression">Such as <c>(Observation.value as Quantity) | Observation.component</c>.</param>
    /// <param name="root">The type of the resource.</param>
    /// <exception cref="FormatException">It is not of the part of FHIRPath that is read.</exception>
    public static IEnumerable<ElementPath> Paths(string expression, FhirType root) =>
        expression.Split(" | ").SelectMany(part => Part(part.Trim(), root));

    /// <summary>The paths of an expression that begins at an element, as components of composites do.</summary>
    public static IEnumerable<ElementPath> PathsBelow(ElementPath start, FhirType startType, string expression) =>
        expression.Split(" | ").SelectMany(part => Walk([new Place(start, startType)], Steps(part.Trim()), expression));

    private static IEnumerable<ElementPath> Part(string part, FhirType root)
    {
        if (part.IndexOf(Exists, StringComparison.Ordinal) is > 0 and var at)
            return Part(part[..at], root).Select(static path => path with { IsPresence = true });
        if (part.StartsWith('('))
        {
            // (Observation.value as Quantity), or with more after it.
            var end = part.IndexOf(')', StringComparison.Ordinal);
            var cast = part[1..end].Split(" as ");
            part = cast[0] + (cast.Length > 1 ? $".as({cast[1]})" : "") + part[(end + 1)..];
        }

        var steps = Steps(part);
        if (steps[0] != root.Name) throw new FormatException($"{part} does not begin with {root.Name}.");
        return Walk([new Place(new ElementPath([], root.Name), root)], steps[1..], part);
    }

    private static IEnumerable<ElementPath> Walk(IEnumerable<Place> places, List<string> steps, string expression)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            var cast = i + 1 < steps.Count && steps[i + 1].StartsWith("as(", StringComparison.Ordinal) ? steps[++i][3..^1] : null;
            if (step.StartsWith(ResolveIs, StringComparison.Ordinal))
                places = places.Select(place => place with { Path = place.Path with { Target = step[ResolveIs.Length..^1] } });
            else if (step.StartsWith(SystemIs, StringComparison.Ordinal))
                places = places.Select(place => place with { Path = place.Path with { System = step[SystemIs.Length..^2] } });
            else if (step.Any(static c => !char.IsAsciiLetterOrDigit(c)))
                throw new FormatException($"{expression} has a step that is not read: {step}.");
            else
                places = places.SelectMany(place => Below(place, step, cast));
        }

        return places.Select(static place => place.Path);
    }

    /// <summary>An element below a place: of a choice of types, one for each type, or that of the cast.</summary>
    private static IEnumerable<Place> Below(Place place, string name, string? cast)
    {
        var element = place.Type?.Elements.FirstOrDefault(element => element.Name == name);
        if (element is null) yield break;
        foreach (var type in element.Types)
        {
            // Some casts of R4 are written with a capital that the type does not have.
            if (cast is not null && !type.Name.Equals(cast, StringComparison.OrdinalIgnoreCase)) continue;
            var member = element.IsChoice ? name + char.ToUpperInvariant(type.Name[0]) + type.Name[1..] : name;
            var path = new ElementPath([.. place.Path.Members, member], type.Name) { Element = element };
            yield return new Place(path, FhirDefinitions.TypeOf(element, type));
            if (!element.IsChoice) yield break;
        }
    }

    /// <summary>The steps between the dots that are not in parentheses.</summary>
    private static List<string> Steps(string path)
    {
        var steps = new List<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i <= path.Length; i++)
        {
            if (i < path.Length && path[i] == '(') depth++;
            if (i < path.Length && path[i] == ')') depth--;
            if (i < path.Length && (path[i] != '.' || depth > 0)) continue;
            steps.Add(path[start..i]);
            start = i + 1;
        }

        return steps;
    }

    private sealed record Place(ElementPath Path, FhirType? Type);
}
