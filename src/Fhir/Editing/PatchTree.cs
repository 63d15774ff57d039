using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudPacs.Fhir.Editing;

/// <summary>JSON as a tree in which values that nobody touches keep their text.</summary>
internal static class PatchTree
{
    /// <summary>What a value takes besides its text.</summary>
    private const int ValueSize = 150;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 256 };

    public static JsonNode Parse(ReadOnlySpan<byte> json, bool isArray = false)
    {
        var node = JsonNode.Parse(json, documentOptions: Options) ?? throw new JsonException();
        // Duplicate members are found when an object is looked into for the first time.
        Size(node);
        return isArray ? node.AsArray() : node;
    }

    /// <summary>Texts are looked at when somebody asks for them: here all are, before anything is changed.</summary>
    /// <exception cref="InvalidOperationException">One is no Unicode.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static void CheckTexts(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) _ = reader.GetString();
        }
    }

    /// <summary>The text, without lists and objects that have nothing in them any more: FHIR has none (FHIR R4 json.html 2.6.2).</summary>
    /// <exception cref="PatchException">It is nested too deep.</exception>
    public static byte[] Write(JsonNode root)
    {
        Prune(root);
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(root, JsonText.Options);
        }
        catch (JsonException)
        {
            throw new PatchException(isMalformed: false, $"The patched resource is nested more than {JsonText.MaxDepth} levels deep.");
        }
    }

    /// <summary>About as many bytes as it takes of the memory.</summary>
    public static long Size(JsonNode? node) => ValueSize + node switch
    {
        JsonObject members => members.Sum(static member => member.Key.Length + Size(member.Value)),
        JsonArray items => items.Sum(Size),
        JsonValue value when value.TryGetValue(out string? text) => text.Length,
        JsonValue value => value.ToJsonString().Length,
        _ => 0,
    };

    private static bool Prune(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                if (Prune(value)) members.Remove(name);
            }

            return members.Count == 0;
        }

        if (node is not JsonArray items) return false;
        for (var i = items.Count - 1; i >= 0; i--)
        {
            if (Prune(items[i])) items.RemoveAt(i);
        }

        return items.Count == 0;
    }
}
