using System.Runtime.InteropServices;
using System.Text.Json;

namespace CloudPacs.FhirServer.Bundles;

/// <summary>A Bundle of requests (FHIR R4 http.html 3.1.0.11).</summary>
/// <param name="IsTransaction">All or nothing; else a batch, whose entries have nothing to do with one another.</param>
/// <param name="Entries">In the order in which they came.</param>
internal sealed record BundleRequest(bool IsTransaction, IReadOnlyList<BundleEntry> Entries)
{
    /// <summary>More would lock too much at once.</summary>
    public const int MostEntries = 500;

    /// <param name="json">The body.</param>
    /// <param name="basePath">Service base of this server, which addresses may begin with.</param>
    public static (BundleRequest? Bundle, FhirResult? Refusal) Read(ReadOnlyMemory<byte> json, string basePath)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 });
        }
        catch (JsonException)
        {
            return (null, Refused(400, "structure", "The text is not JSON.", null));
        }

        using (document)
        {
            try
            {
                return Read(document.RootElement, basePath);
            }
            catch (InvalidOperationException)
            {
                return (null, Refused(400, "structure", "A text of the Bundle has half of a character in it.", null));
            }
        }
    }

    /// <exception cref="InvalidOperationException">A text has half of a character in it.</exception>
    private static (BundleRequest? Bundle, FhirResult? Refusal) Read(JsonElement root, string basePath)
    {
        if (Text(root, "resourceType") != "Bundle")
            return (null, Refused(400, "structure", "A Bundle of type batch or transaction can be posted to this address.", null));
        if (Text(root, "type") is not ("batch" or "transaction") || Text(root, "type") is not { } type)
            return (null, Refused(400, "value", "The Bundle must be of type batch or transaction.", "Bundle.type"));
        if (!root.TryGetProperty("entry", out var entries)) return (new BundleRequest(type == "transaction", []), null);
        if (entries.ValueKind != JsonValueKind.Array)
            return (null, Refused(400, "structure", "The entries stand in a list.", "Bundle.entry"));
        if (entries.GetArrayLength() > MostEntries)
            return (null, Refused(413, "too-costly", $"A Bundle must not have more than {MostEntries} entries.", "Bundle.entry"));
        var read = entries.EnumerateArray().Select((entry, i) => Entry(entry, i, basePath));
        return (new BundleRequest(type == "transaction", [.. read]), null);
    }

    private static BundleEntry Entry(JsonElement entry, int index, string basePath)
    {
        var isObject = entry.ValueKind == JsonValueKind.Object;
        var request = isObject && entry.TryGetProperty("request", out var found) ? found : default;
        var url = Text(request, "url") ?? "";
        if (url.StartsWith(basePath + "/", StringComparison.Ordinal)) url = url[basePath.Length..];
        ReadOnlyMemory<byte> resource =
            isObject && entry.TryGetProperty("resource", out var content) ? JsonMarshal.GetRawUtf8Value(content).ToArray() : default;
        return new BundleEntry(index, Text(request, "method") ?? "", url.TrimStart('/'), Text(entry, "fullUrl"), resource)
        {
            IfMatch = Text(request, "ifMatch"),
            IfNoneMatch = Text(request, "ifNoneMatch"),
            IfModifiedSince = Text(request, "ifModifiedSince"),
            IfNoneExist = Text(request, "ifNoneExist"),
        };
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static FhirResult Refused(int status, string code, string text, string? expression) =>
        FhirResult.Problem(status, new FhirIssue(code, text) { Expression = expression });
}
