using System.Text.Json;

namespace CloudPacs.FhirServer.Operations;

/// <summary>Members of JSON of which nothing is known: what is not as it should be is not there.</summary>
internal static class JsonParts
{
    /// <summary>A member that is a text; null when there is none.</summary>
    public static string? TextOf(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>The items of a member that is a list.</summary>
    public static IEnumerable<JsonElement> ItemsOf(this JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var list)) yield break;
        if (list.ValueKind != JsonValueKind.Array) yield break;
        foreach (var item in list.EnumerateArray()) yield return item;
    }
}
