using System.Buffers;
using System.Collections.Frozen;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Unicode;
using CloudPacs.Fhir.Editing;
using CloudPacs.Fhir.Formats;
using CloudPacs.Fhir.Validation;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer.Writing;

/// <summary>The body of a request that writes (FHIR R4 http.html 3.1.0.1.11): its type, its bytes, and a resource from them.</summary>
internal static class RequestBody
{
    /// <summary>What a resource or bundle may have at most, also when it was sent compressed.</summary>
    private const int Longest = 16 * 1024 * 1024;

    /// <summary>The body without its compression; a refusal when it cannot be had.</summary>
    public static async Task<(ReadOnlyMemory<byte> Bytes, FhirResult? Refusal)> ReadAsync(
        HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await using var decoded = request.Headers.ContentEncoding.ToString().ToLowerInvariant() switch
            {
                "" or "identity" => null,
                "gzip" => new GZipStream(request.Body, CompressionMode.Decompress),
                "br" => (Stream)new BrotliStream(request.Body, CompressionMode.Decompress),
                _ => Stream.Null,
            };
            if (decoded == Stream.Null) return (default, Unsupported("The body may be compressed with gzip or br, and in no other way."));
            var bytes = await ReadAllAsync(decoded ?? request.Body, request.ContentLength, cancellationToken);
            return bytes is null
                ? (default, FhirResult.Problem(413, "too-long", $"The body must not have more than {Longest} bytes."))
                : (bytes.WrittenMemory, null);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            // The second is what Brotli says of it.
            return (default, FhirResult.Problem(400, "structure", "The body is not compressed as it says."));
        }
    }

    /// <summary>The resource of the body as JSON, whatever format it came in; a refusal when that is none of FHIR.</summary>
    /// <exception cref="FhirFormatException">What is said to be XML is none of FHIR.</exception>
    public static async Task<(ReadOnlyMemory<byte> Json, FhirResult? Refusal)> ReadJsonAsync(FhirCall call)
    {
        if (FhirFormat.OfContent(call.Request.ContentType) is not { } format)
            return (default, Unsupported("The body must be application/fhir+json or application/fhir+xml, in UTF-8 and FHIR version 4.0."));
        var (bytes, refusal) = await ReadAsync(call.Request, call.Aborted);
        return refusal is not null || !format.IsXml ? (bytes, refusal) : (FhirXml.ToJson(bytes), null);
    }

    /// <summary>The resource of a body; a refusal with all that is wrong with it.</summary>
    /// <param name="json">The body.</param>
    /// <param name="type">Type that it must have.</param>
    /// <param name="place">FHIRPath of the resource in the body; null when it is the body.</param>
    public static (ResourceDraft? Draft, FhirResult? Refusal) ReadResource(ReadOnlySpan<byte> json, string type, string? place = null)
    {
        var result = FhirValidator.Validate(json);
        if (!result.IsValid) return (null, Refused(result.Problems, place));
        if (result.Type != type) return (null, WrongType(result.Type!, type, place));
        if (ModifierExtensions.Find(json) is { } modifier)
            return (null, FhirResult.Problem(422, new FhirIssue("extension", "This server does not know what this extension changes.")
            {
                Expression = ExpressionOf(modifier, place),
            }));
        if (TypeRules.Refuse(type, json, place) is { } refused) return (null, refused);
        var draft = ResourceDraft.Read(json);
        return draft.IsSubsetted ? (null, Subsetted(place ?? type)) : (draft, null);
    }

    /// <summary>The same, with references to resources of this server as relative ones, whatever address a client knows it by.</summary>
    public static (ResourceDraft? Draft, FhirResult? Refusal) ReadResource(
        FhirCall call, ReadOnlyMemory<byte> json, string type, string? place = null)
    {
        var read = ReadResource(json.Span, type, place);
        if (read.Refusal is not null) return read;
        var relative = ReferenceRewriting.Rewrite(json, FrozenDictionary<string, string>.Empty, static _ => null, call.Base + "/");
        return relative.Equals(json) ? read : ReadResource(relative.Span, type, place);
    }

    /// <summary>A refusal with all that is wrong with a resource of any type; null when nothing is.</summary>
    public static FhirResult? Check(ReadOnlySpan<byte> json, string? place) =>
        FhirValidator.Validate(json) is { IsValid: false } result ? Refused(result.Problems, place) : null;

    /// <summary>Whether a text is an object of JSON that can be read to its end, and by readers that take no more than 64 levels.</summary>
    public static bool IsJson(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!Utf8.IsValid(json) || !reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read())
            {
                // Half of a surrogate pair can be escaped, and is no character.
                if (reader.ValueIsEscaped) _ = reader.GetString();
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static FhirResult WrongType(string type, string wanted, string? place) => FhirResult.Problem(
        400, new FhirIssue("invalid", $"The resource is a {type}, the address is of {wanted}.") { Expression = place ?? type });

    private static FhirResult Subsetted(string place)
    {
        const string Text = "The resource is marked SUBSETTED: a part must not take the place of the whole.";
        return FhirResult.Problem(422, new FhirIssue("business-rule", Text) { Expression = place + ".meta.tag" });
    }

    /// <summary>400 for what breaks the rules of FHIR, 422 where only an invariant is broken.</summary>
    private static FhirResult Refused(IReadOnlyList<FhirProblem> problems, string? place) => FhirResult.Problem(
        problems.All(static p => p.Code == "invariant") ? 422 : 400,
        problems.Select(problem => new FhirIssue(problem.Code, problem.Text)
        {
            Severity = problem.Severity.ToString().ToLowerInvariant(), Expression = ExpressionOf(problem.Expression, place),
        }));

    /// <summary>The place of a problem, whose path begins with the type, seen from the body.</summary>
    private static string? ExpressionOf(string expression, string? place)
    {
        if (expression.Length == 0) return place;
        if (place is null) return expression;
        var below = expression.IndexOf('.', StringComparison.Ordinal);
        return below < 0 ? place : place + expression[below..];
    }

    private static FhirResult Unsupported(string text) => FhirResult.Problem(415, "not-supported", text);

    private static async Task<ArrayBufferWriter<byte>?> ReadAllAsync(Stream body, long? length, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>((int)Math.Clamp(length ?? 0, 2048, Longest) + 1);
        int count;
        while ((count = await body.ReadAsync(bytes.GetMemory(1), cancellationToken)) > 0)
        {
            bytes.Advance(count);
            if (bytes.WrittenCount > Longest) return null;
        }

        return bytes;
    }
}
