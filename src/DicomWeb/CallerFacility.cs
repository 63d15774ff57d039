using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPacs.DicomWeb;

/// <summary>
/// Of which facility a caller over HTTP is. The proxy that authenticates callers says so in a header, and takes away one that a caller sent
/// itself. Where no header is agreed on, every caller sees all.
/// </summary>
/// <param name="header">Name of the header.</param>
public sealed class CallerFacility(string header)
{
    /// <summary>The facility; empty for a caller that is of none, or of whom two are said; null when callers are not told apart.</summary>
    public static string? Of(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.RequestServices?.GetService<CallerFacility>() is { } told ? told.Read(http.Request.Headers) : null;
    }

    private string Read(IHeaderDictionary headers) =>
        headers[header] is [{ } value] && !value.Contains(',', StringComparison.Ordinal) ? value.Trim() : "";
}
