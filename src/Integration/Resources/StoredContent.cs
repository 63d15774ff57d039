using System.Text.Json.Nodes;
using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Integration.Resources;

/// <summary>A resource on its way to its next version, with the rules that its list items came from.</summary>
internal sealed class StoredContent(JsonObject content, string slots)
{
    private Dictionary<string, List<string>>? names;

    public JsonObject Content { get; } = content;

    /// <summary>The items of a list with their slots; those that no rule made are left out.</summary>
    public IReadOnlyList<(string Slot, JsonNode? Item)> Items(string name)
    {
        names ??= FhirMerge.ReadSlots(slots);
        return Content[name] is JsonArray items && names.TryGetValue(name, out var known) ? [.. known.Zip(items).Where(static pair => pair.First != FhirMerge.Foreign)] : [];
    }
}
