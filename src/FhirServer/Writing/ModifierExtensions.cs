using System.Globalization;
using System.Text.Json;

namespace CloudPacs.FhirServer.Writing;

/// <summary>
/// Extensions that change the meaning of what they stand in (FHIR R4 extensibility.html 2.4.0.1): who does not know one must not go on as
/// if it were not there. This server knows none.
/// </summary>
internal static class ModifierExtensions
{
    private const string Name = "modifierExtension";

    /// <summary>FHIRPath of the first one in a valid resource; null when there is none.</summary>
    public static string? Find(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\"modifierExtension\""u8) < 0) return null;
        if (json.StartsWith("\uFEFF"u8)) json = json[3..];
        using var document = JsonDocument.Parse(json.ToArray(), new JsonDocumentOptions { MaxDepth = 256 });
        var root = document.RootElement;
        var type = root.GetProperty("resourceType").GetString()!;
        // What a Bundle or Parameters carries is not used by this server, but kept.
        return type is "Bundle" or "Parameters" ? null : Find(root, type);
    }

    private static string? Find(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Array)
            return element.EnumerateArray().Select((item, i) => Find(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")))
                .FirstOrDefault(static found => found is not null);
        if (element.ValueKind != JsonValueKind.Object) return null;
        foreach (var member in element.EnumerateObject())
        {
            if (member.Name == Name) return $"{path}.{Name}[0]";
            if (Find(member.Value, $"{path}.{member.Name.TrimStart('_')}") is { } found) return found;
        }

        return null;
    }
}
