using CloudPacs.Fhir.Search;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>
/// Reads one parameter of a search as a condition on the index (FHIR R4 search.html 3.1.1.3 and 3.1.1.4): chains and reverse chains down to
/// the parameter that is compared.
/// </summary>
/// <param name="parameters">What can be searched by.</param>
/// <param name="values">Reads the values.</param>
internal sealed class CriterionReader(SearchedParameters parameters, ValueReader values)
{
    /// <summary>More steps from resource to resource cost too much.</summary>
    private const int MostSteps = 5;

    /// <summary>The condition that a parameter is; null for one that the type does not have.</summary>
    /// <param name="type">The type that is searched.</param>
    /// <param name="name">Name with modifier and chain, such as <c>patient:Patient.name:exact</c>.</param>
    /// <param name="value">Its value, with alternatives.</param>
    /// <exception cref="SearchException">The parameter is known, and cannot be used so.</exception>
    public SearchCondition? Read(string type, string name, string value) => Read(type, name, value, name, 0);

    private SearchCondition? Read(string type, string name, string value, string whole, int depth)
    {
        if (depth > MostSteps) throw new SearchException("too-costly", whole, $"A search goes over {MostSteps} references at most.");
        if (name == "_list") return ReadList(type, value, whole, depth);
        if (name.StartsWith("_has:", StringComparison.Ordinal)) return ReadReverse(type, name, value, whole, depth);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0) return ReadChain(type, name[..dot], name[(dot + 1)..], value, whole, depth);
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var (code, modifier) = colon < 0 ? (name, null) : (name[..colon], name[(colon + 1)..]);
        if (parameters.Find(type, code, whole) is not { } parameter) return null;
        if (parameter.Uses?.WhyNot(parameter.Kind, modifier, EscapedText.Split(value, ',')) is { } why) throw NotOffered(code, why, whole);
        return values.Read(parameter, modifier, value, whole);
    }

    /// <summary>A site that defines a parameter says how it is to be used.</summary>
    private static SearchException NotOffered(string code, string why, string whole) =>
        new("not-supported", whole, $"{code} is not offered in this way: {why}.") { IsOfUse = true };

    private SearchCondition? ReadChain(string type, string head, string rest, string value, string whole, int depth)
    {
        var colon = head.IndexOf(':', StringComparison.Ordinal);
        var (code, target) = colon < 0 ? (head, null) : (head[..colon], head[(colon + 1)..]);
        if (parameters.Find(type, code, whole) is not { } parameter) return null;
        if (parameter.Kind != SearchKind.Reference)
            throw new SearchException("value", whole, $"{code} is no reference: nothing can be searched beyond it.");
        if (parameter.Uses?.WhyNoChain(rest.Split('.', ':')[0]) is { } why) throw NotOffered(code, why, whole);
        var found = new List<SearchCondition>();
        foreach (var next in ReferenceValues.TargetsOf(parameter, target, whole))
        {
            if (Read(next, rest, value, whole, depth + 1) is { } condition)
                found.Add(new RefersToCondition(values.PlacesOf(parameter), next, [condition]));
        }

        return found.Count switch
        {
            0 => throw new SearchException("not-supported", whole, $"No resource that {code} refers to has a parameter {rest}."),
            1 => found[0],
            _ => new EitherCondition(found),
        };
    }

    /// <summary>The resources that stand in a List (FHIR R4 search.html 3.1.1.4.17).</summary>
    private ReferredByCondition ReadList(string type, string value, string whole, int depth)
    {
        if (value.StartsWith('$'))
            throw new SearchException("not-supported", whole, "A List is named by its id: those that servers make up are not offered.");
        return ReadReverse(type, "_has:List:item:_id", value, whole, depth);
    }

    private ReferredByCondition ReadReverse(string type, string name, string value, string whole, int depth)
    {
        // A reverse chain may go on in a chain: its first three parts have no colon in them.
        if (name.Split(':', 4) is not [_, var source, var code, var rest] || rest.Length == 0)
            throw new SearchException("value", whole, "A reverse chain is written _has:[type]:[reference]:[parameter].");
        if (ServedTypes.Find(source) is { IsIndexed: false })
            throw new SearchException("not-supported", whole, $"Nothing is searched by way of {source}.");
        if (parameters.FindReference(source, code, whole) is not { } parameter)
            throw new SearchException("not-supported", whole, $"{source} has no reference parameter {code}.");
        if (!ReferenceValues.TargetsOf(parameter, null, whole).Contains(type))
            throw new SearchException("value", whole, $"{code} of {source} does not refer to {type}.");
        var condition = Read(source, rest, value, whole, depth + 1)
            ?? throw new SearchException("not-supported", whole, $"{source} has no parameter {rest}.");
        return new ReferredByCondition(source, values.PlacesOf(parameter), [condition]);
    }
}
