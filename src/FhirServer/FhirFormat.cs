using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CloudPacs.FhirServer;

/// <summary>
/// Which content type an answer gets: <c>_format</c> beats <c>Accept</c>; a generic type asked for is answered with itself.
/// </summary>
internal static class FhirFormat
{
    public const string Json = "application/fhir+json";

    /// <summary>The content type, or null when the client takes nothing that this server can write.</summary>
    public static string? Choose(HttpRequest request)
    {
        if (request.Query.TryGetValue("_format", out var format)) return Known(format.ToString().Replace(' ', '+'));
        var accept = request.GetTypedHeaders().Accept;
        if (accept.Count == 0) return Json;
        return accept.OrderByDescending(static a => a.Quality ?? 1).Select(OfAccept).FirstOrDefault(static type => type is not null);
    }

    /// <summary>A format of FHIR is asked for by its name: what is no resource is then to be sent as one.</summary>
    public static bool IsNamed(HttpRequest request) =>
        request.Query.ContainsKey("_format")
        || request.GetTypedHeaders().Accept.Any(static accept => accept.Quality != 0 && Known(accept.MediaType.Value!) is not null);

    private static string? OfAccept(MediaTypeHeaderValue accept)
    {
        if (accept.Quality == 0) return null;
        var version = accept.Parameters.FirstOrDefault(static p => p.Name.Equals("fhirVersion", StringComparison.OrdinalIgnoreCase));
        if (version is not null && !version.Value.Equals("4.0", StringComparison.Ordinal)) return null;
        return accept.MediaType.Value is "*/*" or "application/*" ? Json : Known(accept.MediaType.Value!);
    }

    private static string? Known(string type) => type.ToLowerInvariant() switch
    {
        "json" or Json => Json,
        "application/json" => "application/json",
        "text/json" => "text/json",
        _ => null,
    };
}
