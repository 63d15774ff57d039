using System.Globalization;
using CloudPacs.Fhir.Formats;
using CloudPacs.FhirServer.Pages;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer;

/// <summary>Sends results with the headers that FHIR asks for, after content negotiation (FHIR R4 http.html 3.1.0.1.11).</summary>
internal static class FhirResponse
{
    public static async Task SendAsync(FhirCall call, FhirResult result)
    {
        var context = call.Http;
        await using var streamed = result.Streamed;
        var (format, body) = (FhirFormat.Default, ReadOnlyMemory<byte>.Empty);
        if (streamed is null) (result, format, body) = Formatted(call, result);
        var response = context.Response;
        response.StatusCode = result.Status;
        if (result.Version is { } version) response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"W/\"{version}\"");
        if (result.LastModified is { } modified) response.Headers.LastModified = modified.ToString("R", CultureInfo.InvariantCulture);
        if (result.Allow is { } allow) response.Headers.Allow = allow;
        if (result.RetryAfter is { } wait) response.Headers.RetryAfter = ((int)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (result.Location is { } location) response.Headers.Location = location;
        response.Headers.Vary = "Accept";
        RequestId.Say(context);
        if (result.Status is StatusCodes.Status304NotModified or StatusCodes.Status204NoContent) return;

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

        if (!body.IsEmpty) response.ContentType = result.ContentType ?? format.ContentType;
        if (response.ContentType == FhirFormat.Html)
        {
            response.Headers.XContentTypeOptions = "nosniff";
            response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        }

        response.ContentLength = body.Length;
        if (!isHead) await response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>The body in the format that the client takes; that there is none is told in JSON.</summary>
    private static (FhirResult Result, FhirFormat Format, ReadOnlyMemory<byte> Body) Formatted(FhirCall call, FhirResult result)
    {
        if (result.ContentType is not null) return (result, FhirFormat.Default, result.Body);
        var request = call.Request;
        var format = FhirFormat.Choose(request);
        // A refusal is of more use than that it cannot be had in another format.
        if (format is null && result.Status < StatusCodes.Status400BadRequest) result = NoFormat;
        if (result.Body.IsEmpty) return (result, FhirFormat.Default, result.Body);
        var isIndented = request.Query["_pretty"].ToString() == "true";
        if (format is { IsXml: true } xml)
        {
            try
            {
                return (result, xml, FhirXml.FromJson(result.Body, isIndented));
            }
            catch (FhirFormatException e)
            {
                var place = e.Place.Length > 0 ? e.Place : null;
                result = FhirResult.Problem(
                    406, new FhirIssue("not-supported", $"This resource can be had in JSON only: {e.Problem}") { Expression = place });
                return (result, xml, FhirXml.FromJson(result.Body, isIndented));
            }
        }

        if (format is { IsHtml: true } html) return (result, html, ResourcePage.Write(result.Body.Span, call.Base));
        return (result, format ?? FhirFormat.Default, isIndented ? JsonIndent.Of(result.Body) : result.Body);
    }

    /// <summary>That an answer cannot be given in any format that the client takes.</summary>
    public static FhirResult NoFormat => FhirResult.Problem(
        406, "not-supported", "This server answers in application/fhir+json and application/fhir+xml, FHIR version 4.0.");
}
