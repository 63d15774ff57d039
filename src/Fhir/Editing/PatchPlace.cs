using System.Text.Json.Nodes;
using CloudPacs.Fhir.Definitions;

namespace CloudPacs.Fhir.Editing;

/// <summary>An element in a resource.</summary>
/// <param name="Node">Its value.</param>
/// <param name="Type">The type whose elements it has.</param>
/// <param name="Element">What it is in what is around it; null for the resource.</param>
/// <param name="Owner">The object around it; null for the resource.</param>
/// <param name="Member">Its name in that object.</param>
internal sealed record PatchPlace(JsonNode Node, FhirType Type, FhirElement? Element, JsonObject? Owner, string Member)
{
    /// <summary>The list or the object that holds it.</summary>
    public JsonNode? Parent => Node.Parent;

    /// <summary>Ids and extensions of the primitive values of the list that it is in; null without any.</summary>
    public JsonArray? Sides => Owner?["_" + Member] as JsonArray;

    /// <summary>Takes it away, with the extensions of a primitive value.</summary>
    public void Remove()
    {
        if (Owner is null) throw new PatchException(isMalformed: false, "the resource itself cannot be deleted by a patch.");
        if (Parent is JsonArray items)
        {
            var at = items.IndexOf(Node);
            items.RemoveAt(at);
            if (Sides is { } sides && at < sides.Count) sides.RemoveAt(at);
            return;
        }

        Owner.Remove(Member);
        Owner.Remove("_" + Member);
    }

    public void Replace(string member, JsonNode value)
    {
        if (Parent is JsonArray items)
        {
            items[items.IndexOf(Node)] = value;
            return;
        }

        if (member != Member) Owner!.Remove(Member);
        Owner![member] = value;
    }
}
