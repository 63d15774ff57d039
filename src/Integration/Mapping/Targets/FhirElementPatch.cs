using System.Text.Json.Nodes;

namespace CloudPacs.Integration.Mapping.Targets;

/// <summary>The part of a patch for one element of the resource: either the whole element, or items of it by name.</summary>
internal sealed class FhirElementPatch
{
    /// <summary>The whole new element; null when only items were written, or it is removed.</summary>
    public JsonNode? Value { get; set; }

    /// <summary>Items by slot name, in order; a null item is removed. Names that start with # are numbers, replaced all together.</summary>
    public List<(string Slot, JsonNode? Item)> Slots { get; } = [];

    public bool IsRemoved { get; set; }

    public int Find(string slot) => Slots.FindIndex(item => item.Slot == slot);

    public void Set(string slot, JsonNode? item)
    {
        var index = Find(slot);
        if (index < 0) Slots.Add((slot, item));
        else Slots[index] = (slot, item);
    }

    public JsonObject ObjectIn(string slot)
    {
        var index = Find(slot);
        if (index >= 0 && Slots[index].Item is JsonObject known) return known;
        var made = new JsonObject();
        Set(slot, made);
        return made;
    }

    public string NewNumber() => "#" + (Slots.Count(slot => slot.Slot[0] == '#') + 1);
}
