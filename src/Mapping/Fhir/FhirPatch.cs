using System.Text.Json.Nodes;

namespace CloudPacs.Mapping.Fhir;

/// <summary>
/// What is new of one FHIR resource: values of elements, items of lists by id, and what is to be removed. What is not in it stays as it is
/// stored.
/// </summary>
public sealed class FhirPatch(string resourceType)
{
    private readonly List<FhirElementPatch> _elements = new(16);

    public string ResourceType { get; } = resourceType;

    /// <summary>Nothing is new.</summary>
    public bool IsEmpty => _elements.Count == 0;

    internal List<FhirElementPatch> Elements => _elements;

    /// <summary>Sets an element to a finished value.</summary>
    public void Set(string element, byte[] json) => Element(element).Set(json);

    public void Remove(string element) => Element(element).Remove();

    /// <summary>Sets the item of an id in a list to a finished object; null removes it.</summary>
    public void SetItem(string list, string id, byte[]? json) => Element(list).SetItem(id, json);

    /// <summary>Removes the items of a list whose ids begin so and that are not set here.</summary>
    public void RenewItems(string list, string idPrefix) => Element(list).Renew(idPrefix);

    /// <summary>The new values as JSON, without what stays: for preview and tests.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonText();
        FhirMerge.WriteNew(this, json);
        return (JsonObject)JsonNode.Parse(json.Written)!;
    }

    internal FhirElementPatch Element(string name, byte[]? utf8Name = null)
    {
        foreach (var known in _elements)
        {
            if (known.Name == name) return known;
        }

        var element = new FhirElementPatch(name, utf8Name);
        _elements.Add(element);
        return element;
    }
}
