using System.Buffers;
using System.Globalization;
using System.Text.Json;
using CloudPacs.Fhir.Formats;
using CloudPacs.Store.Fhir;

namespace CloudPacs.FhirServer.History;

/// <summary>The Bundle that answers a history (FHIR R4 bundle.html, http.html 3.1.0.10).</summary>
internal static class HistoryBundle
{
    /// <param name="address">Service base URL.</param>
    /// <param name="versions">The versions of the page.</param>
    /// <param name="view">What is shown of each; null for all.</param>
    /// <param name="total">How many versions there are; null when that is not known.</param>
    /// <param name="links">Relation and address of each link.</param>
    public static ReadOnlyMemory<byte> Write(
        string address, IReadOnlyList<FhirResourceRow> versions, ResourceView? view, int? total,
        IEnumerable<(string Relation, string Url)> links)
    {
        var buffer = new ArrayBufferWriter<byte>((int)versions.Sum(static version => version.Content.Length + 400L) + 1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Bundle");
            json.WriteString("type", "history");
            if (total is { } number) json.WriteNumber("total", number);
            BundleLinks.Write(json, links);
            if (versions.Count > 0)
            {
                json.WriteStartArray("entry");
                foreach (var version in versions) WriteEntry(json, address, version, view);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteEntry(Utf8JsonWriter json, string address, FhirResourceRow version, ResourceView? view)
    {
        var (method, status) = version switch
        {
            { Deleted: true } => ("DELETE", "204"),
            { Version: > 1 } => ("PUT", "200"),
            // The server gives UUIDs; another id was a client's.
            _ => (Guid.TryParseExact(version.Id, "D", out _) ? "POST" : "PUT", "201"),
        };
        json.WriteStartObject();
        json.WriteString("fullUrl", $"{address}/{version.Type}/{version.Id}");
        if (!version.Deleted)
        {
            json.WritePropertyName("resource");
            json.WriteRawValue((view?.Of(version.Content) ?? version.Content).Span, skipInputValidation: true);
        }

        json.WriteStartObject("request");
        json.WriteString("method", method);
        json.WriteString("url", method == "POST" ? version.Type : $"{version.Type}/{version.Id}");
        json.WriteEndObject();
        json.WriteStartObject("response");
        json.WriteString("status", status);
        json.WriteString("etag", string.Create(CultureInfo.InvariantCulture, $"W/\"{version.Version}\""));
        json.WriteString("lastModified", version.LastUpdated.ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
