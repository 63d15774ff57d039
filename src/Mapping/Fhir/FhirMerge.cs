using System.Text.Json.Nodes;

namespace CloudPacs.Mapping.Fhir;

/// <summary>
/// Lays a patch over a stored resource: absent keeps what is stored, null removes, a value replaces the whole element or the named item.
/// Items that no slot name belongs to (written through the REST interface) are kept.
/// </summary>
public static class FhirMerge
{
    /// <summary>The slot of an item that no rule made.</summary>
    internal const string Foreign = "-";

    /// <param name="stored">The stored resource, which is not touched; null for a new one.</param>
    /// <param name="storedSlots">Slots of the last merge; text of this class that nobody else reads.</param>
    /// <param name="patch">What it holds becomes part of the result.</param>
    public static FhirMergeResult Apply(JsonObject? stored, string storedSlots, FhirPatch patch)
    {
        var content = stored is null ? Empty(patch.ResourceType) : (JsonObject)stored.DeepClone();
        var slots = storedSlots;
        var isChanged = Lay(patch, content, ref slots);
        return new FhirMergeResult(content, slots, isChanged || stored is null);
    }

    public static JsonObject Empty(string resourceType) => new() { ["resourceType"] = resourceType };

    /// <summary>Changes the content itself: for one that nobody else holds.</summary>
    /// <returns>Whether anything changed.</returns>
    public static bool Lay(FhirPatch patch, JsonObject content, ref string storedSlots)
    {
        var slots = ReadSlots(storedSlots);
        var isChanged = false;
        foreach (var (name, element) in patch.Elements)
        {
            var before = content[name];
            var after = Merge(before, name, element, slots);
            if (Same(before, after)) continue;
            isChanged = true;
            if (after is null) content.Remove(name);
            else content[name] = after;
        }

        storedSlots = WriteSlots(slots, content);
        return isChanged;
    }

    private static JsonNode? Merge(JsonNode? before, string name, FhirElementPatch element, Dictionary<string, List<string>> slots)
    {
        if (name == "meta" && before is JsonObject meta && element.Value is JsonObject more) return MergeMeta(meta, more);
        if (element.Slots.Count > 0 || element.RemovedGroups.Count > 0) return MergeItems(before as JsonArray, name, element, slots);
        if (Prune(Free(element.Value)) is { } value)
        {
            if (value is JsonArray whole) slots[name] = [.. Enumerable.Range(1, whole.Count).Select(number => $"#{number}")];
            return value;
        }

        if (!element.IsRemoved) return before;
        slots.Remove(name);
        return null;
    }

    /// <summary>The store keeps version and time in meta; a map only adds security labels, tags and profiles.</summary>
    private static JsonObject MergeMeta(JsonObject stored, JsonObject patch)
    {
        var meta = (JsonObject)stored.DeepClone();
        foreach (var (name, value) in patch)
        {
            if (Prune(value?.DeepClone()) is { } kept) meta[name] = kept;
        }

        return meta;
    }

    private static JsonArray? MergeItems(JsonArray? before, string name, FhirElementPatch element, Dictionary<string, List<string>> slots)
    {
        var names = slots.GetValueOrDefault(name) ?? [];
        var items = new List<(string Slot, JsonNode? Item)>((before?.Count ?? 0) + element.Slots.Count);
        for (var i = 0; i < (before?.Count ?? 0); i++) items.Add((i < names.Count ? names[i] : Foreign, before![i]));

        // What a rule makes without names is one value: what is left of its former items goes.
        if (items.Count > 0)
        {
            var isWhole = element.Value is not null || element.IsRemoved;
            var renewed = element.Slots.Select(slot => FhirElementPatch.GroupOf(slot.Slot)).OfType<string>().Concat(element.RemovedGroups).ToHashSet();
            items.RemoveAll(item => FhirElementPatch.GroupOf(item.Slot) is { } group && (isWhole || renewed.Contains(group)) && element.Find(item.Slot) < 0);
        }

        foreach (var (slot, made) in element.Slots)
        {
            var item = Prune(Free(made));
            var index = items.FindIndex(known => known.Slot == slot);
            if (item is null && index >= 0) items.RemoveAt(index);
            else if (item is not null && index >= 0) items[index] = (slot, item);
            else if (item is not null) items.Add((slot, item));
        }

        if (items.Count == 0)
        {
            slots.Remove(name);
            return null;
        }

        slots[name] = [.. items.Select(item => item.Slot)];
        return IsSame(before, items) ? before : new JsonArray([.. items.Select(item => Free(item.Item))]);
    }

    private static bool IsSame(JsonArray? before, List<(string Slot, JsonNode? Item)> items)
    {
        if (before?.Count != items.Count) return false;
        for (var i = 0; i < items.Count; i++)
        {
            if (!Same(before[i], items[i].Item)) return false;
        }

        return true;
    }

    /// <summary>The node itself while nothing holds it, else a copy: what a patch holds is used once as a rule.</summary>
    private static JsonNode? Free(JsonNode? node) => node?.Parent is null ? node : node.DeepClone();

    /// <summary>Takes out objects and lists that hold nothing; null when nothing is left.</summary>
    private static JsonNode? Prune(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                List<string>? empty = null;
                foreach (var (name, child) in map)
                {
                    if (Prune(child) is null) (empty ??= []).Add(name);
                }

                foreach (var name in empty ?? []) map.Remove(name);
                return map.Count == 0 ? null : map;
            case JsonArray list:
                for (var i = list.Count - 1; i >= 0; i--)
                {
                    if (Prune(list[i]) is null) list.RemoveAt(i);
                }

                return list.Count == 0 ? null : list;
            default:
                return node;
        }
    }

    private static bool Same(JsonNode? before, JsonNode? after) => ReferenceEquals(before, after) || JsonNode.DeepEquals(before, after);

    // identifier=acsn,plac,-;name=#1
    internal static Dictionary<string, List<string>> ReadSlots(string text)
    {
        var slots = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) slots[part[..equals]] = [.. part[(equals + 1)..].Split(',')];
        }

        return slots;
    }

    private static string WriteSlots(Dictionary<string, List<string>> slots, JsonObject content) => string.Join(';', slots
        .Where(slot => content[slot.Key] is JsonArray && slot.Value.Exists(name => name != Foreign))
        .OrderBy(slot => slot.Key, StringComparer.Ordinal)
        .Select(slot => $"{slot.Key}={string.Join(',', slot.Value)}"));
}
