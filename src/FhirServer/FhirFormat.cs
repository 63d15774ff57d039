using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CloudPacs.FhirServer;

/// <summary>
/// Which content type an answer gets: <c>_format</c> beats <c>Accept</c>; a generic type asked for is answered with itself (FHIR R4
/// http.html 3.1.0.1.11).
/// </summary>
/// <param name="ContentType">The type that is said.</param>
/// <param name="IsXml">XML.</param>
/// <param name="IsHtml">A page for people; JSON when it is neither.</param>
internal readonly record struct FhirFormat(string ContentType, bool IsXml = false, bool IsHtml = false)
{
    public const string Json = "application/fhir+json";

    public const string Xml = "application/fhir+xml";

    public const string Html = "text/html; charset=utf-8";

    /// <summary>What is answered when nothing is asked for, and when what is asked for is not there.</summary>
    public static readonly FhirFormat Default = new(Json);

    /// <summary>The format of the answer, or null when the client takes nothing that this server can write.</summary>
    public static FhirFormat? Choose(HttpRequest request)
    {
        // A plus that was not encoded comes as a space.
        if (request.Query.TryGetValue("_format", out var format))
        {
            var text = format.ToString().Replace(' ', '+');
            return MediaTypeHeaderValue.TryParse(text, out var type) ? OfType(type) : OfShortName(text);
        }

        // What nearly all clients send needs no parsing.
        if (request.Headers.Accept is [] or [Json or "*/*"]) return Default;
        var accept = request.GetTypedHeaders().Accept;
        if (accept.Count == 0) return Default;
        return accept.Where(static type => type.Quality != 0).OrderByDescending(static type => type.Quality ?? 1)
            .Select(OfType).FirstOrDefault(static type => type is not null);
    }

    /// <summary>
    /// A format of FHIR is asked for by its name, and before any other: what is no resource is then to be sent as one. A browser asks for
    /// pages first.
    /// </summary>
    public static bool IsNamed(HttpRequest request) =>
        request.Query.ContainsKey("_format")
        || (request.GetTypedHeaders().Accept is { Count: > 0 } accept
            && Known(accept.MaxBy(static type => type.Quality ?? 1)!.MediaType.Value!) is { IsHtml: false });

    /// <summary>The format of a body by its content type; null when it is none of FHIR R4.</summary>
    public static FhirFormat? OfContent(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && !type.MatchesAllSubTypes
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            && OfType(type) is { IsHtml: false } format
            ? format
            : null;

    private static FhirFormat? OfType(MediaTypeHeaderValue type)
    {
        var version = type.Parameters.FirstOrDefault(static p => p.Name.Equals("fhirVersion", StringComparison.OrdinalIgnoreCase));
        if (version is not null && !HeaderUtilities.RemoveQuotes(version.Value).Equals("4.0", StringComparison.Ordinal)) return null;
        return type.MediaType.Value is "*/*" or "application/*" ? Default : Known(type.MediaType.Value!);
    }

    private static FhirFormat? OfShortName(string name) => name.ToLowerInvariant() switch
    {
        "json" => Default,
        "xml" => new(Xml, IsXml: true),
        "html" => new(Html, IsHtml: true),
        _ => null,
    };

    private static FhirFormat? Known(string type) => type.ToLowerInvariant() switch
    {
        Json => Default,
        "application/json" => new("application/json"),
        "text/json" => new("text/json"),
        Xml => new(Xml, IsXml: true),
        "application/xml" => new("application/xml", IsXml: true),
        "text/xml" => new("text/xml", IsXml: true),
        "text/html" => new(Html, IsHtml: true),
        _ => null,
    };
}
