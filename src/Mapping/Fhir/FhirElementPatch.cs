using System.Text.Json.Nodes;

namespace CloudPacs.Mapping.Fhir;

/// <summary>The part of a patch for one element of the resource: either the whole element, or items of it by name.</summary>
internal sealed class FhirElementPatch
{
    /// <summary>The whole new element; null when only items were written, or it is removed.</summary>
    public JsonNode? Value { get; set; }

    /// <summary>
    /// Items by slot name, in order; a null item is removed. <c>#rule:2</c> is the second item that a rule made with <c>[]</c>: what one rule
    /// makes is replaced all together, so that a field that was not sent keeps its items beside those of another field.
    /// </summary>
    public List<(string Slot, JsonNode? Item)> Slots { get; } = [];

    public bool IsRemoved { get; set; }

    /// <summary>Rules whose items are all removed.</summary>
    public HashSet<string> RemovedGroups { get; } = [];

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

    /// <summary>A rule's id as it may stand in the text of slots.</summary>
    public static string GroupName(string ruleId) => ruleId.Replace(',', '_').Replace(';', '_').Replace('=', '_');

    public string NewNumber(string group) => $"#{group}:{Slots.Count(slot => GroupOf(slot.Slot) == group) + 1}";

    /// <summary>The rule that made a numbered item; empty for one with a number alone, null for a named one.</summary>
    public static string? GroupOf(string slot)
    {
        if (slot[0] != '#') return null;
        var colon = slot.LastIndexOf(':');
        return colon < 0 ? "" : slot[1..colon];
    }
}
