using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPacs.Fhir.Formats;
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
        if (!FhirFormat.IsNamed(call.Request))
            return Streamed(new StreamedBody(type, content.Length, content, content.CopyToAsync));
        if (FhirFormat.Choose(call.Request) is not { } format)
        {
            await content.DisposeAsync();
            return FhirResponse.NoFormat;
        }

        var (head, tail) = Around(call.Id, type, format.IsXml);
        return Streamed(new StreamedBody(
            format.ContentType, Length: null, content, (body, ended) => WriteResourceAsync(body, content, head, tail, ended)));
    }

    private static FhirResult Streamed(StreamedBody body) => new(StatusCodes.Status200OK, default) { Streamed = body };

    /// <summary>What stands before and behind the data.</summary>
    private static (ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Tail) Around(string id, string type, bool isXml)
    {
        const string mark = "AA==";
        ReadOnlyMemory<byte> resource = JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject { ["resourceType"] = "Binary", ["id"] = id, ["contentType"] = type, ["data"] = mark });
        if (isXml) resource = FhirXml.FromJson(resource);
        var at = resource.Span.LastIndexOf("AA=="u8);
        return (resource[..at], resource[(at + mark.Length)..]);
    }

    private static async Task WriteResourceAsync(
        Stream body, Stream content, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> tail, CancellationToken cancellationToken)
    {
        await body.WriteAsync(head, cancellationToken);
        var (piece, encoded) = (new byte[PieceBytes], new byte[Base64.GetMaxEncodedToUtf8Length(PieceBytes)]);
        for (int count; (count = await content.ReadAtLeastAsync(piece, PieceBytes, throwOnEndOfStream: false, cancellationToken)) > 0;)
        {
            Base64.EncodeToUtf8(piece.AsSpan(0, count), encoded, out _, out var written);
            await body.WriteAsync(encoded.AsMemory(0, written), cancellationToken);
        }

        await body.WriteAsync(tail, cancellationToken);
    }
}
