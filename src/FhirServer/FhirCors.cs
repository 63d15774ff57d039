using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace CloudPacs.FhirServer;

/// <summary>
/// Which pages of other origins may use the endpoint from a browser (Fetch, CORS protocol; SMART App Launch 2.2, support for purely
/// browser-based apps): what the server says of itself is for all of them, everything else for those of a list.
/// </summary>
public static class FhirCors
{
    private static readonly string[] RequestHeaders =
    [
        "Accept", "Authorization", "Content-Type", "If-Match", "If-Modified-Since", "If-None-Exist", "If-None-Match", "Prefer",
        "X-Correlation-Id", "X-Request-Id",
    ];

    private static readonly string[] ResponseHeaders =
        ["Content-Location", "ETag", "Last-Modified", "Location", "Retry-After", "WWW-Authenticate", "X-Correlation-Id", "X-Request-Id"];

    private static readonly string[] Open = [FhirCall.Path + "/metadata", FhirCall.Path + "/.well-known"];

    /// <summary>To be called before who asks is found out: a browser asks whether it may ask without saying who it is.</summary>
    /// <param name="application">The web server.</param>
    /// <param name="origins">Such as <c>https://app.hospital.test</c>.</param>
    public static IApplicationBuilder UseFhirCors(this IApplicationBuilder application, IReadOnlyList<string> origins)
    {
        application.UseWhen(static http => IsOpen(http), static web => web.UseCors(static open => With(open.AllowAnyOrigin(), "GET")));
        return application.UseWhen(
            static http => http.Request.Path.StartsWithSegments(FhirCall.Path) && !IsOpen(http),
            web => web.UseCors(listed => With(
                listed.WithOrigins([.. origins]).AllowCredentials(), "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")));
    }

    private static bool IsOpen(HttpContext http) => Array.Exists(Open, path => http.Request.Path.StartsWithSegments(path));

    private static void With(CorsPolicyBuilder policy, params string[] methods) => policy.WithMethods(methods)
        .WithHeaders(RequestHeaders).WithExposedHeaders(ResponseHeaders).SetPreflightMaxAge(TimeSpan.FromHours(2));
}
