using System.Buffers.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CloudPacs.FhirServer;

/// <summary>
/// read of Binary (FHIR R4 binary.html 2.26.5): the bytes in their own type, or as a resource where a type of FHIR is accepted; a piece at
/// a time, however large they are.
/// </summary>
internal static class BinaryInteraction
{
    /// <summary>A whole number of groups of three bytes, which are four characters.</summary>
    private const int PieceBytes = 3 * 16 * 1024;

    public static async Task RunAsync(HttpContext context, IBinaryReader reader, string id)
    {
        if (await reader.OpenAsync(id, context.RequestAborted) is not var (content, type))
        {
            await FhirResponse.SendAsync(context, FhirResult.Problem(404, "not-found", "There is no Binary with this id."));
            return;
        }

        await using (content)
        {
            var (response, request) = (context.Response, context.Request);
            type ??= "application/octet-stream";
            response.Headers["X-Request-Id"] = RequestId.Of(context);
            // What a sender put into a report must not run as a page of ours.
            response.Headers.XContentTypeOptions = "nosniff";
            response.Headers.ContentSecurityPolicy = "sandbox";
            var isHead = HttpMethods.IsHead(request.Method);
            if (FormatOf(request) is { } format)
            {
                response.ContentType = format;
                if (!isHead) await WriteResourceAsync(response, content, id, type, context.RequestAborted);
                return;
            }

            response.ContentType = type;
            response.ContentLength = content.Length;
            if (!isHead) await content.CopyToAsync(response.Body, context.RequestAborted);
        }
    }

    /// <summary>The format of FHIR that is asked for by name; null when the bytes themselves are wanted.</summary>
    private static string? FormatOf(HttpRequest request)
    {
        var isNamed = request.Query.ContainsKey("_format") || request.GetTypedHeaders().Accept.Any(static accept => IsFhir(accept));
        return isNamed ? FhirFormat.Choose(request) : null;
    }

    private static bool IsFhir(MediaTypeHeaderValue accept) =>
        accept.Quality != 0 && accept.MediaType.Value?.ToLowerInvariant() is FhirFormat.Json or "application/json" or "text/json";

    private static async Task WriteResourceAsync(
        HttpResponse response, Stream content, string id, string type, CancellationToken cancellationToken)
    {
        var head = FormattableString.Invariant(
            $"{{\"resourceType\":\"Binary\",\"id\":\"{id}\",\"contentType\":\"{JsonEncoded(type)}\",\"data\":\"");
        await response.WriteAsync(head, cancellationToken);
        var (piece, encoded) = (new byte[PieceBytes], new byte[Base64.GetMaxEncodedToUtf8Length(PieceBytes)]);
        for (int count; (count = await content.ReadAtLeastAsync(piece, PieceBytes, throwOnEndOfStream: false, cancellationToken)) > 0;)
        {
            Base64.EncodeToUtf8(piece.AsSpan(0, count), encoded, out _, out var written);
            await response.Body.WriteAsync(encoded.AsMemory(0, written), cancellationToken);
        }

        await response.WriteAsync("\"}", cancellationToken);
    }

    private static string JsonEncoded(string text) => System.Text.Json.JsonEncodedText.Encode(text).ToString();
}
