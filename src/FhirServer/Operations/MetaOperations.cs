using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPacs.FhirServer.Searching;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Store.Fhir;

namespace CloudPacs.FhirServer.Operations;

/// <summary>$meta, $meta-add and $meta-delete of a resource (FHIR R4 resource-operations.html 2.29.2).</summary>
internal static class MetaOperations
{
    /// <summary>Tries before a client is told that others write all the time.</summary>
    private const int MostTries = 20;

    /// <summary>What stands around a Meta in Parameters that have nothing else.</summary>
    private const string Before = """{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":""", After = "}]}";

    private static readonly string[] Lists = ["profile", "security", "tag"];

    public static async Task<FhirResult> ReadAsync(FhirCall call, OperationInput input)
    {
        var (row, refusal) = await CurrentAsync(call);
        return refusal ?? Answer(row!);
    }

    public static Task<FhirResult> AddAsync(FhirCall call, OperationInput input) => ChangeAsync(call, input, isAdded: true);

    public static Task<FhirResult> DeleteAsync(FhirCall call, OperationInput input) => ChangeAsync(call, input, isAdded: false);

    /// <summary>The patch that adds to the lists of a meta, or takes from them; what is the same is there once.</summary>
    internal static byte[] PatchOf(JsonObject current, JsonElement meta, bool isAdded)
    {
        var operations = new JsonArray();
        foreach (var name in Lists)
        {
            if (!meta.TryGetProperty(name, out var given) || given.ValueKind != JsonValueKind.Array) continue;
            var named = given.EnumerateArray().Select(static item => JsonNode.Parse(item.GetRawText())).ToList();
            var keys = named.Select(KeyOf).ToHashSet(StringComparer.Ordinal);
            List<JsonNode?> before = [.. current[name]?.AsArray() ?? []];
            var known = before.Select(KeyOf).ToHashSet(StringComparer.Ordinal);
            List<JsonNode?> after = isAdded
                ? [.. before, .. named.Where(item => known.Add(KeyOf(item)))]
                : [.. before.Where(item => !keys.Contains(KeyOf(item)))];
            if (after.Count == before.Count) continue;
            var operation = new JsonObject { ["op"] = after.Count > 0 ? "add" : "remove", ["path"] = "/meta/" + name };
            if (after.Count > 0) operation["value"] = new JsonArray([.. after.Select(static item => item?.DeepClone())]);
            operations.Add(operation);
        }

        return JsonSerializer.SerializeToUtf8Bytes(operations);
    }

    private static async Task<FhirResult> ChangeAsync(FhirCall call, OperationInput input, bool isAdded)
    {
        if (input.Value("meta", "valueMeta") is not { } meta)
            throw new SearchException("required", "meta", "The parameter meta is a Meta: it has a valueMeta.");
        if (RequestBody.Check(Encoding.UTF8.GetBytes(Before + meta.GetRawText() + After), place: null) is { } malformed) return malformed;
        for (var tries = 1; ; tries++)
        {
            var (row, refusal) = await CurrentAsync(call);
            if (refusal is not null) return refusal;
            var current = JsonNode.Parse(row!.Content.Span)!["meta"] as JsonObject ?? [];
            var patch = new Patch(PatchOf(current, meta, isAdded), IsJsonPatch: true);
            var (write, wrong) = await PatchInteraction.WriteOfAsync(call, row.Type, row.Id, patch, row.Version, place: null);
            if (wrong is { Status: 412 } && tries < MostTries) continue;
            if (wrong is not null) return wrong;
            var outcomes = await call.Ports.Writer.ApplyAsync(call.WritesOf(write!), call.Aborted);
            if (outcomes is null) return WriteAnswer.Unavailable();
            if (outcomes[0] is { Status: 412 } && tries < MostTries) continue;
            return outcomes[0].Problem is { } problem ? FhirResult.Problem(outcomes[0].Status, problem) : Answer(outcomes[0].Row!);
        }
    }

    private static async Task<(FhirResourceRow? Row, FhirResult? Refusal)> CurrentAsync(FhirCall call)
    {
        var row = await call.Ports.Reader.ReadAsync(call.Type.Name, call.Id, call.Facility, call.Aborted);
        return (row, ReadInteraction.RefuseMissing(call, row));
    }

    /// <summary>Of a coding system and code, of a profile the address.</summary>
    private static string KeyOf(JsonNode? item) => item is JsonObject coding ? $"{coding["system"]}|{coding["code"]}" : $"{item}";

    private static FhirResult Answer(FhirResourceRow row)
    {
        using var resource = JsonDocument.Parse(row.Content, new JsonDocumentOptions { MaxDepth = 256 });
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Parameters");
            json.WriteStartArray("parameter");
            json.WriteStartObject();
            json.WriteString("name", "return");
            json.WritePropertyName("valueMeta");
            resource.RootElement.GetProperty("meta").WriteTo(json);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return new FhirResult(200, buffer.WrittenMemory) { Version = row.Version, LastModified = row.LastUpdated };
    }
}
