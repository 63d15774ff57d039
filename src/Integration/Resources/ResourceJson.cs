using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudPacs.Integration.Resources;

/// <summary>Resources between their stored bytes, which are ready to send, and the content that maps change.</summary>
internal static class ResourceJson
{
    private const int InitialCapacity = 8 * 1024;
    private const int KeptCapacity = 64 * 1024;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    /// <summary>The content without what the server owns: id, meta.versionId, meta.lastUpdated (FHIR R4 resource.html 2.27.4).</summary>
    public static JsonObject Read(ReadOnlyMemory<byte> stored)
    {
        var content = JsonNode.Parse(stored.Span)!.AsObject();
        content.Remove("id");
        if (content["meta"] is JsonObject meta)
        {
            meta.Remove("versionId");
            meta.Remove("lastUpdated");
            if (meta.Count == 0) content.Remove("meta");
        }

        return content;
    }

    public static ReadOnlyMemory<byte> Write(JsonObject content, string id, int version, DateTimeOffset lastUpdated)
    {
        // Called for every resource of a message: the buffer stays with its thread, and what is kept has its exact size.
        var output = buffer ?? new ArrayBufferWriter<byte>(InitialCapacity);
        buffer = null;
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString("resourceType", (string)content["resourceType"]!);
        json.WriteString("id", id);
        json.WriteStartObject("meta");
        json.WriteString("versionId", version.ToString(CultureInfo.InvariantCulture));
        json.WriteString("lastUpdated", lastUpdated.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        if (content["meta"] is JsonObject meta) WriteMembers(json, meta);
        json.WriteEndObject();
        foreach (var (name, value) in content)
        {
            if (name is "resourceType" or "meta" || value is null) continue;
            json.WritePropertyName(name);
            value.WriteTo(json);
        }

        json.WriteEndObject();
        json.Flush();
        var bytes = output.WrittenSpan.ToArray();
        output.ResetWrittenCount();
        if (output.Capacity <= KeptCapacity) buffer = output;
        return bytes;
    }

    private static void WriteMembers(Utf8JsonWriter json, JsonObject from)
    {
        foreach (var (name, value) in from)
        {
            if (value is null) continue;
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }
}
