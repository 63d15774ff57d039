using System.Buffers;
using System.Globalization;
using System.Text.Json;
using CloudPacs.Store.Fhir;
using Microsoft.AspNetCore.WebUtilities;

namespace CloudPacs.FhirServer.Bundles;

/// <summary>The answers to the entries of a Bundle, in their order (FHIR R4 http.html 3.1.0.11.3).</summary>
internal static class BundleResponse
{
    public static async Task<FhirResult> OfAsync(FhirCall call, bool isTransaction, IReadOnlyList<FhirResult> results)
    {
        var buffer = new ArrayBufferWriter<byte>((int)results.Sum(static result => result.Body.Length + 300L) + 1024);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("resourceType", "Bundle");
        json.WriteString("type", isTransaction ? "transaction-response" : "batch-response");
        if (results.Count > 0)
        {
            json.WriteStartArray("entry");
            foreach (var result in results) Write(json, await WholeAsync(call, result));
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.Flush();
        return new FhirResult(200, buffer.WrittenMemory);
    }

    /// <summary>With its body in memory, or that it is too large for that: other entries were done, and are told.</summary>
    private static async Task<FhirResult> WholeAsync(FhirCall call, FhirResult result)
    {
        if (result.Streamed is not { } streamed) return result;
        await using (streamed)
        {
            try
            {
                call.Hold.Take(streamed.Source.Length);
            }
            catch (NoRoomException e)
            {
                return Faults.Tell(call.Http, e);
            }

            using var body = new MemoryStream();
            await streamed.WriteAsync(body, call.Aborted);
            return result with { Body = body.GetBuffer().AsMemory(0, (int)body.Length) };
        }
    }

    private static void Write(Utf8JsonWriter json, FhirResult result)
    {
        var body = result.Body;
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
