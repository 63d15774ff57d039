using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer;

/// <summary>Sends results with the headers that FHIR asks for, after content negotiation (FHIR R4 http.html 3.1.0.1.11).</summary>
internal static class FhirResponse
{
    public static async Task SendAsync(HttpContext context, FhirResult result)
    {
        await using var streamed = result.Streamed;
        var contentType = FhirFormat.Choose(context.Request);
        if (contentType is null && streamed is null)
        {
            result = FhirResult.Problem(406, "not-supported", "This server answers in JSON: accept application/fhir+json.");
            contentType = FhirFormat.Json;
        }

        var response = context.Response;
        response.StatusCode = result.Status;
        if (result.Version is { } version) response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"W/\"{version}\"");
        if (result.LastModified is { } modified) response.Headers.LastModified = modified.ToString("R", CultureInfo.InvariantCulture);
        if (result.Allow is { } allow) response.Headers.Allow = allow;
        response.Headers["X-Request-Id"] = RequestId.Of(context);
        if (result.Status == StatusCodes.Status304NotModified) return;

        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (streamed is not null)
        {
            // What a sender put into a document must not run as a page of ours.
            response.Headers.XContentTypeOptions = "nosniff";
            response.Headers.ContentSecurityPolicy = "sandbox";
            (response.ContentType, response.ContentLength) = (streamed.ContentType, streamed.Length);
            if (!isHead) await streamed.WriteAsync(response.Body, context.RequestAborted);
            return;
        }

        response.ContentType = contentType;
        response.ContentLength = result.Body.Length;
        if (!isHead) await response.BodyWriter.WriteAsync(result.Body, context.RequestAborted);
    }
}
