using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace CloudPacs.FhirServer.Bundles;

/// <summary>The answers to the entries of a Bundle, in their order (FHIR R4 http.html 3.1.0.11.3).</summary>
internal static class BundleResponse
{
    public static async Task<FhirResult> OfAsync(bool isTransaction, IReadOnlyList<FhirResult> results, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>((int)results.Sum(static result => result.Body.Length + 300L) + 1024);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("resourceType", "Bundle");
        json.WriteString("type", isTransaction ? "transaction-response" : "batch-response");
        if (results.Count > 0)
        {
            json.WriteStartArray("entry");
            foreach (var result in results) Write(json, result, await BodyOfAsync(result, cancellationToken));
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.Flush();
        return new FhirResult(200, buffer.WrittenMemory);
    }

    private static async Task<ReadOnlyMemory<byte>> BodyOfAsync(FhirResult result, CancellationToken cancellationToken)
    {
        if (result.Streamed is not { } streamed) return result.Body;
        await using (streamed)
        {
            using var body = new MemoryStream();
            await streamed.WriteAsync(body, cancellationToken);
            return body.ToArray();
        }
    }

    private static void Write(Utf8JsonWriter json, FhirResult result, ReadOnlyMemory<byte> body)
    {
        json.WriteStartObject();
        var isOutcome = body.Span.StartsWith("{\"resourceType\":\"OperationOutcome\""u8);
        if (!body.IsEmpty && !isOutcome)
        {
            json.WritePropertyName("resource");
            json.WriteRawValue(body.Span, skipInputValidation: true);
        }

        json.WriteStartObject("response");
        var status = result.Status.ToString(CultureInfo.InvariantCulture);
        json.WriteString("status", $"{status} {ReasonPhrases.GetReasonPhrase(result.Status)}".Trim());
        if (result.Location is { } location) json.WriteString("location", location);
        if (result.Version is { } version) json.WriteString("etag", string.Create(CultureInfo.InvariantCulture, $"W/\"{version}\""));
        if (result.LastModified is { } modified)
            json.WriteString("lastModified", modified.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        if (isOutcome)
        {
            json.WritePropertyName("outcome");
            json.WriteRawValue(body.Span, skipInputValidation: true);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
