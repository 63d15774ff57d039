using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Editing;

/// <summary>One operation of a FHIRPath Patch: the parts of its parameter (FHIR R4 fhirpatch.html).</summary>
internal sealed class PatchOperation
{
    private readonly JsonObject[] _parts;

    public PatchOperation(JsonNode parameter)
    {
        if ((string?)parameter["name"] != "operation" || parameter["part"] is not JsonArray parts)
            throw new PatchException(isMalformed: true, "it must be a parameter operation with parts.");
        _parts = [.. parts.OfType<JsonObject>()];
    }

    /// <summary>A part that is a code or a string.</summary>
    public string Text(string name) => Simple(name) is { } value && value.GetValueKind() == JsonValueKind.String
        ? (string)value!
        : throw new PatchException(isMalformed: true, $"it needs {name}.");

    public int Integer(string name) => Simple(name) is { } value && value.GetValueKind() == JsonValueKind.Number
        && value.AsValue().TryGetValue<int>(out var number) && number >= 0
        ? number
        : throw new PatchException(isMalformed: true, $"it needs {name}, a number from 0.");

    /// <summary>The name of the member, which has the type in it when the element is a choice, and the value.</summary>
    public (string Member, JsonNode Value) Member(FhirElement element)
    {
        var value = Part("value") ?? throw new PatchException(isMalformed: true, "it needs a value.");
        if (value["part"] is JsonArray parts) return (element.Name, Inside(element, parts));
        var (name, content) = value.FirstOrDefault(static member => member.Key.StartsWith("value", StringComparison.Ordinal));
        if (content is null) throw new PatchException(isMalformed: true, "it needs a value.");
        return (element.IsChoice ? element.Name + name["value".Length..] : element.Name, content.DeepClone());
    }

    /// <summary>The elements of an element that has no type of its own, each as a part.</summary>
    private static JsonObject Inside(FhirElement element, JsonArray parts)
    {
        var type = element.Inside ?? FhirDefinitions.TypeOf(element, element.Types[0]);
        var made = new JsonObject();
        foreach (var part in parts.OfType<JsonObject>())
        {
            var name = (string?)part["name"];
            if (type.Elements.FirstOrDefault(inner => inner.Name == name || inner.DefinedName == name) is not { } inner)
                throw new PatchException(isMalformed: false, $"{type.Name} has no element {name}.");
            var valued = part.FirstOrDefault(static member => member.Key.StartsWith("value", StringComparison.Ordinal));
            var value = part["part"] is JsonArray nested ? Inside(inner, nested) : valued.Value?.DeepClone()
                ?? throw new PatchException(isMalformed: true, $"the part {name} needs a value.");
            var member = inner.IsChoice && valued.Key is { } typed ? inner.Name + typed["value".Length..] : inner.Name;
            if (!inner.IsList) made[member] = value;
            else if (made[member] is JsonArray items) items.Add(value);
            else made[member] = new JsonArray(value);
        }

        return made;
    }

    private JsonNode? Simple(string name) =>
        Part(name)?.FirstOrDefault(static member => member.Key.StartsWith("value", StringComparison.Ordinal)).Value;

    private JsonObject? Part(string name) =>
        Array.Find(_parts, part => part["name"]?.GetValueKind() == JsonValueKind.String && (string?)part["name"] == name);
}
