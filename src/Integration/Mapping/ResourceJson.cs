using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudPacs.Integration.Mapping;

/// <summary>Resources between their stored bytes, which are ready to send, and the content that maps change.</summary>
internal static class ResourceJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Each thread writes one resource after the other; a buffer that a huge one made large is not kept.
    private const int MaxKeptBytes = 1 << 20;
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

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
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(4096);
        buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(buffer, Options);
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
        var written = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity > MaxKeptBytes) _buffer = null;
        return written;
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
