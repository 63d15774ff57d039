using CloudPacs.Fhir.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>Reads <c>_include</c> and <c>_revinclude</c> (FHIR R4 search.html 3.1.1.5.3).</summary>
internal sealed class InclusionReader(SearchedParameters known, ValueReader values)
{
    /// <summary>What is included; null for a value that is not written as it should be.</summary>
    /// <exception cref="SearchException">The type has no such parameter, or it does not refer to the target.</exception>
    public IReadOnlyList<Inclusion>? Read(GivenParameter given, string searched)
    {
        if (given.Name.Split(':') is not [var name, .. var modifiers] || modifiers is not ([] or ["iterate" or "recurse"])) return null;
        var (isReverse, iterates) = (name == "_revinclude", modifiers.Length > 0);
        if (given.Value == "*") return [.. All(searched, isReverse, iterates)];
        if (given.Value.Split(':') is not [var source, var code, .. var rest] || rest.Length > 1) return null;
        if (!isReverse && !iterates && source != searched)
            throw new SearchException("value", given.Name, $"Without :iterate only what {searched} refers to is included.");
        if (ServedTypes.Find(source) is { IsIndexed: false })
            throw new SearchException("not-supported", given.Name, $"{source} goes with no included resources.");
        var parameters = code == "*"
            ? known.ReferencesOf(source)
            : known.FindReference(source, code, given.Name) is { } one
                ? [one]
                : throw new SearchException("not-supported", given.Name, $"{source} has no reference parameter {code}.");
        var target = rest is [{ Length: > 0 } named] ? named : null;
        return
        [
            .. from parameter in parameters
            let to = target ?? OnlyTarget(parameter)
            where target is null || code == "*" || ReferenceValues.TargetsOf(parameter, target, given.Name).Count > 0
            select new Inclusion(source, values.PlacesOf(parameter), to, isReverse, iterates)
        ];
    }

    private IEnumerable<Inclusion> All(string searched, bool isReverse, bool iterates) =>
        from type in isReverse ? ParameterSet.Standard.Types : [searched]
        where ServedTypes.Find(type) is not { IsIndexed: false }
        let places = known.ReferencesOf(type).SelectMany(values.PlacesOf).Distinct().ToList()
        where places.Count > 0
        select new Inclusion(type, places, null, isReverse, iterates);

    /// <summary>The type of a parameter that looks at references to one type only.</summary>
    private static string? OnlyTarget(SearchParameter parameter) =>
        parameter.Paths.Count > 0 && parameter.Paths.All(path => path.Target is not null && path.Target == parameter.Paths[0].Target)
            ? parameter.Paths[0].Target
            : null;
}
