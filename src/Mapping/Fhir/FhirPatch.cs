using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace CloudPacs.Mapping.Fhir;

/// <summary>
/// What is new of one FHIR resource: values of elements, items of lists by id, and what is to be removed. What is not in it stays as it is
/// stored. Values are written into its own text first; a patch that is begun again makes use of all it has. Not for several threads.
/// </summary>
public sealed class FhirPatch(string resourceType)
{
    private readonly List<FhirElementPatch> _elements = new(16);
    private int _count;

    public string ResourceType { get; private set; } = resourceType;

    /// <summary>A list of this one.</summary>
    internal IReadOnlyList<FhirPatch> Alone => field ??= [this];

    /// <summary>Takes the values, before they are set.</summary>
    public JsonText Json { get; } = new();

    /// <summary>Nothing is new.</summary>
    public bool IsEmpty => _count == 0;

    internal ReadOnlySpan<FhirElementPatch> Elements => CollectionsMarshal.AsSpan(_elements)[.._count];

    /// <summary>Forgets everything, for another resource.</summary>
    public void Begin(string resourceType)
    {
        ResourceType = resourceType;
        Json.Truncate(0);
        _count = 0;
    }

    /// <summary>Sets an element to what was written since <see cref="Json"/> had that length.</summary>
    public void Set(string element, int start) => Element(element).Set(Since(start));

    /// <summary>Removes an element, or of a list all that maps made.</summary>
    public void Remove(string element) => Element(element).Remove();

    /// <summary>Removes an element as a whole.</summary>
    public void Drop(string element) => Element(element).Drop();

    /// <summary>Sets the item of an id in a list to the object that was written since <see cref="Json"/> had that length.</summary>
    public void SetItem(string list, string id, int start) => Element(list).SetItem(id, Since(start));

    public void RemoveItem(string list, string id) => Element(list).SetItem(id, default);

    /// <summary>Removes the items of a list whose ids begin so and that are not set here.</summary>
    public void RenewItems(string list, string idPrefix) => Element(list).Renew(idPrefix);

    /// <summary>The new values as JSON, without what stays: for preview and tests.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonText();
        FhirMerge.WriteNew(this, json);
        return (JsonObject)JsonNode.Parse(json.Written)!;
    }

    internal PatchValue Since(int start) => new(null, start, Json.Length - start);

    internal FhirElementPatch Element(string name, byte[]? utf8Name = null)
    {
        foreach (var known in Elements)
        {
            if (known.Name == name) return known;
        }

        if (_count == _elements.Count) _elements.Add(new FhirElementPatch(Json));
        var element = _elements[_count++];
        element.Begin(name, utf8Name ?? FhirElementPatch.Utf8Of(name));
        return element;
    }
}
