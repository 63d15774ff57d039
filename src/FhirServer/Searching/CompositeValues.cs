using CloudPacs.Fhir.Search;
using CloudPacs.Fhir.Search.Indexing;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>Two values of one element as searches write them: <c>code$value</c> (FHIR R4 search.html 3.1.1.4.9).</summary>
internal sealed class CompositeValues(IndexKeys keys, TokenValues tokens, ReferenceValues references, ComparedValues compared)
{
    public SearchCondition Read(SearchParameter parameter, string value, string name)
    {
        if (EscapedText.Split(value, '$') is not [var first, var second])
            throw new SearchException("value", name, "The value of a composite has two parts with a dollar sign between them.");
        var place = IndexTree.CompositePlace(parameter, keys);
        IReadOnlyList<long> places = [.. tokens.KeysOf(first, name).Select(key => keys.Beside(place, key))];
        var component = parameter.Components[1];
        return component.Kind switch
        {
            SearchKind.Token => At(tokens.KeysOf(second, name)),
            SearchKind.Reference => At(references.KeysOf(second, TypesOf(component), name)),
            SearchKind.Quantity => compared.Quantity(places, second, name),
            SearchKind.Date => compared.Date(places, second, name),
            SearchKind.String => TextValues.Folded(places, [EscapedText.Plain(second, name)], anywhere: false),
            _ => throw new SearchException("not-supported", name, $"{parameter.Code} is not searched here."),
        };

        KeyCondition At(IEnumerable<long> values) => new([.. values.SelectMany(key => places.Select(at => at ^ key))]);
    }

    private static IReadOnlyList<string> TypesOf(SearchComponent component) =>
        component.Targets.Count > 0 ? component.Targets : [.. ParameterSet.Standard.Types];
}
