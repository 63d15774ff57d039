using System.Globalization;
using System.Text.Json.Nodes;

namespace CloudPacs.Mapping.Testing;

/// <summary>
/// Compares resources with <c>expect.fhir</c>: <c>Type.path</c>, <c>[n]</c> from 0, <c>[X]</c> by type code, system or value,
/// <c>.length</c>.
/// </summary>
internal static class FhirComparer
{
    /// <summary>All differences; none when the resources are as expected.</summary>
    public static IReadOnlyList<string> Compare(IEnumerable<KeyValuePair<string, string>> expected, IReadOnlyList<JsonObject> resources) =>
        [.. expected.Select(pair => Expected.Difference("fhir." + pair.Key, pair.Value, Read(resources, pair.Key))).OfType<string>()];

    /// <summary>The value at a path; null when it is not there. An object or list is given as JSON.</summary>
    public static string? Read(IReadOnlyList<JsonObject> resources, string path)
    {
        var parts = Split(path);
        if (parts.Count == 0) return null;
        var (type, selector) = parts[0];
        JsonNode? node = resources.FirstOrDefault(resource => Text(resource["resourceType"]) == type
            && (selector is null || HasIdentifier(resource, selector)));
        foreach (var (name, key) in parts.Skip(1))
        {
            if (name == "length" && key is null)
                return node is JsonArray counted ? counted.Count.ToString(CultureInfo.InvariantCulture) : node is null ? "0" : "1";
            node = node is JsonArray list ? (list.Count > 0 ? list[0] : null) : node;
            node = (node as JsonObject)?[name];
            if (key is not null) node = Select(node as JsonArray, key);
        }

        return node switch { null => null, JsonValue => Text(node), _ => node.ToJsonString() };
    }

    /// <summary>Splits at dots outside of brackets: <c>identifier[urn:oid:1.2.3].value</c>.</summary>
    internal static List<(string Name, string? Key)> Split(string path)
    {
        List<(string, string?)> parts = [];
        var start = 0;
        var depth = 0;
        for (var i = 0; i <= path.Length; i++)
        {
            if (i < path.Length && path[i] == '[') depth++;
            if (i < path.Length && path[i] == ']') depth--;
            if (i < path.Length && (path[i] != '.' || depth > 0)) continue;
            var part = path[start..i];
            var bracket = part.IndexOf('[', StringComparison.Ordinal);
            parts.Add(bracket < 0 || part[^1] != ']' ? (part, null) : (part[..bracket], part[(bracket + 1)..^1]));
            start = i + 1;
        }

        return parts;
    }

    private static JsonNode? Select(JsonArray? list, string key)
    {
        if (list is null) return null;
        if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < list.Count) return list[index];
        return list.FirstOrDefault(item => item is JsonObject map && IsNamed(map, key));
    }

    private static bool IsNamed(JsonObject item, string key)
    {
        if (Text(item["system"]) == key || Text(item["value"]) == key || Text(item["code"]) == key || Text(item["use"]) == key) return true;
        var codings = (item["type"] as JsonObject)?["coding"] ?? item["coding"];
        return codings is JsonArray list
            && list.Any(coding => coding is JsonObject map && (Text(map["code"]) == key || Text(map["system"]) == key));
    }

    private static bool HasIdentifier(JsonObject resource, string value) =>
        resource["identifier"] is JsonArray identifiers
            && identifiers.Any(identifier => identifier is JsonObject map && Text(map["value"]) == value);

    private static string? Text(JsonNode? node) =>
        node is not JsonValue value ? null : value.TryGetValue<string>(out var text) ? text : value.ToJsonString();
}
