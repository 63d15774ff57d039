using System.Text.Json;
using CloudPacs.Fhir.Editing;

namespace CloudPacs.FhirServer.Writing;

/// <summary>A patch of one of the two kinds that this server takes (FHIR R4 http.html 3.1.0.5).</summary>
/// <param name="Content">A JSON Patch, or a Parameters resource.</param>
/// <param name="IsJsonPatch">Which of the two it is.</param>
internal sealed record Patch(ReadOnlyMemory<byte> Content, bool IsJsonPatch)
{
    public const string JsonPatchType = "application/json-patch+json";

    /// <exception cref="PatchException">The patch is malformed, or does not fit the resource.</exception>
    public byte[] ApplyTo(ReadOnlySpan<byte> resource) =>
        IsJsonPatch ? JsonPatch.Apply(resource, Content.Span) : FhirPathPatch.Apply(resource, Content.Span);

    /// <summary>The patch that is in a resource: Parameters, or a Binary with a JSON Patch as bundles have it.</summary>
    /// <param name="json">The resource.</param>
    /// <param name="place">FHIRPath of it in the body; null when it is the body.</param>
    public static (Patch? Patch, FhirResult? Refusal) OfResource(ReadOnlyMemory<byte> json, string? place)
    {
        if (RequestBody.Check(json.Span, place) is { } refusal) return (null, refusal);
        using var resource = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 });
        var root = resource.RootElement;
        var type = root.GetProperty("resourceType").GetString();
        if (type == "Parameters") return (new Patch(json, IsJsonPatch: false), null);
        return type == "Binary" && root.GetProperty("contentType").ValueEquals(JsonPatchType)
            && root.TryGetProperty("data", out var data)
            ? (new Patch(data.GetBytesFromBase64(), IsJsonPatch: true), null)
            : (null, FhirResult.Problem(
                400, new FhirIssue("structure", "A FHIRPath Patch is a Parameters resource.") { Expression = place ?? type }));
    }
}
