using System.Text.Json.Nodes;

namespace CloudPacs.Mapping.Fhir;

/// <summary>
/// What maps say about one FHIR resource: new values, named items of lists, and what is to be removed. What is not in it stays as it is stored.
/// </summary>
public sealed class FhirPatch(string resourceType)
{
    private readonly Dictionary<string, FhirElementPatch> _elements = new(StringComparer.Ordinal);
    private Dictionary<(JsonArray, string), JsonNode>? _inner;

    public string ResourceType { get; } = resourceType;

    /// <summary>No rule had anything to say.</summary>
    public bool IsEmpty => _elements.Count == 0;

    internal IReadOnlyDictionary<string, FhirElementPatch> Elements => _elements;

    internal FhirElementPatch Element(string name)
    {
        if (!_elements.TryGetValue(name, out var element)) _elements[name] = element = new FhirElementPatch();
        return element;
    }

    /// <summary>The item of a name in a list inside an element, which lives only in this patch.</summary>
    internal JsonObject InnerItem(JsonArray list, string name)
    {
        _inner ??= [];
        if (_inner.TryGetValue((list, name), out var known)) return (JsonObject)known;
        var item = new JsonObject();
        list.Add((JsonNode)item);
        _inner[(list, name)] = item;
        return item;
    }

    /// <summary>The new values as JSON, without what stays: for preview and tests.</summary>
    public JsonObject ToJson() => FhirMerge.Apply(null, "", this).Content;
}
