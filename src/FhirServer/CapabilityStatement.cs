using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer;

/// <summary>What <c>GET /fhir/metadata</c> says (FHIR R4 CapabilityStatement), made of the types that are handed in.</summary>
public sealed class CapabilityStatement
{
    private readonly FrozenSet<string> _served;
    private readonly FhirResult _statement;

    /// <param name="softwareVersion">Version of the engine.</param>
    /// <param name="date">When this version was put into service.</param>
    /// <param name="types">Names of the resource types that can be read.</param>
    public CapabilityStatement(string softwareVersion, DateTimeOffset date, params IEnumerable<string> types)
    {
        _served = types.ToFrozenSet(StringComparer.Ordinal);
        Types = [.. _served.Order(StringComparer.Ordinal)];
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer)) Write(json, softwareVersion, date);
        _statement = new FhirResult(StatusCodes.Status200OK, buffer.WrittenMemory);
    }

    /// <summary>Types that can be read, by name.</summary>
    public IReadOnlyList<string> Types { get; }

    public bool Serves(string type) => _served.Contains(type);

    /// <summary>The statement, for every <c>mode</c> that R4 knows.</summary>
    public FhirResult Answer(HttpRequest request) => request.Query["mode"].ToString() is "" or "full" or "normative"
        ? _statement
        : FhirResult.Problem(400, "not-supported", "The mode of metadata must be full or normative.");

    private void Write(Utf8JsonWriter json, string softwareVersion, DateTimeOffset date)
    {
        json.WriteStartObject();
        json.WriteString("resourceType", "CapabilityStatement");
        json.WriteString("status", "active");
        json.WriteString("date", date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("kind", "instance");
        json.WriteStartObject("software");
        json.WriteString("name", "CloudPacs");
        json.WriteString("version", softwareVersion);
        json.WriteEndObject();
        json.WriteStartObject("implementation");
        json.WriteString(
            "description",
            "Patients, encounters, appointments, imaging orders, scheduled and performed procedure steps, and reports, as the engine holds "
                + "them.");
        json.WriteEndObject();
        json.WriteString("fhirVersion", "4.0.1");
        json.WriteStartArray("format");
        json.WriteStringValue(FhirFormat.Json);
        json.WriteEndArray();
        json.WriteStartArray("rest");
        json.WriteStartObject();
        json.WriteString("mode", "server");
        json.WriteStartArray("resource");
        foreach (var type in Types)
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteStartArray("interaction");
            // Content never changes under its id, so it has no versions.
            var isBinary = type == "Binary";
            ReadOnlySpan<string> interactions = isBinary ? ["read"] : ["read", "vread"];
            foreach (var interaction in interactions)
            {
                json.WriteStartObject();
                json.WriteString("code", interaction);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("versioning", isBinary ? "no-version" : "versioned");
            json.WriteBoolean("readHistory", !isBinary);
            json.WriteBoolean("updateCreate", false);
            json.WriteString("conditionalRead", isBinary ? "not-supported" : "full-support");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
