using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer;

/// <summary>
/// read of Binary (FHIR R4 binary.html 2.26.5): the bytes in their own type, or as a resource where a type of FHIR is accepted; a piece at
/// a time, however large they are.
/// </summary>
internal static class BinaryInteraction
{
    /// <summary>A whole number of groups of three bytes, which are four characters.</summary>
    private const int PieceBytes = 3 * 16 * 1024;

    public static async Task<FhirResult> ReadAsync(FhirCall call)
    {
        if (call.Ports.Binaries is null || await call.Ports.Binaries.OpenAsync(call.Id, call.Aborted) is not var (content, type))
            return FhirResult.Problem(404, "not-found", "There is no Binary with this id.");
        type ??= "application/octet-stream";
        var isResource = FhirFormat.IsNamed(call.Request);
        return new FhirResult(StatusCodes.Status200OK, default)
        {
            Streamed = isResource && FhirFormat.Choose(call.Request) is { } format
                ? new StreamedBody(format, Length: null, content, (body, ended) => WriteResourceAsync(body, content, call.Id, type, ended))
                : new StreamedBody(type, content.Length, content, content.CopyToAsync),
        };
    }

    private static async Task WriteResourceAsync(Stream body, Stream content, string id, string type, CancellationToken cancellationToken)
    {
        var contentType = JsonEncodedText.Encode(type).ToString();
        await body.WriteAsync(
            System.Text.Encoding.UTF8.GetBytes(
                $"{{\"resourceType\":\"Binary\",\"id\":\"{id}\",\"contentType\":\"{contentType}\",\"data\":\""),
            cancellationToken);
        var (piece, encoded) = (new byte[PieceBytes], new byte[Base64.GetMaxEncodedToUtf8Length(PieceBytes)]);
        for (int count; (count = await content.ReadAtLeastAsync(piece, PieceBytes, throwOnEndOfStream: false, cancellationToken)) > 0;)
        {
            Base64.EncodeToUtf8(piece.AsSpan(0, count), encoded, out _, out var written);
            await body.WriteAsync(encoded.AsMemory(0, written), cancellationToken);
        }

        await body.WriteAsync("\"}"u8.ToArray(), cancellationToken);
    }
}
