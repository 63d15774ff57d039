using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPacs.DicomWeb;

/// <summary>Of which facility a caller over HTTP is. Where it is not said how that is known, every caller sees all.</summary>
/// <param name="find">Tells it of a request: empty for a caller that is of none, null for one who sees all.</param>
public sealed class CallerFacility(Func<HttpContext, string?> find)
{
    /// <summary>
    /// By a header: the proxy that authenticates callers writes it, and takes away one that a caller sent itself. Who has none, or two, is
    /// of no facility.
    /// </summary>
    /// <param name="name">Name of the header.</param>
    public static CallerFacility OfHeader(string name) => new(http =>
        http.Request.Headers[name] is [{ } value] && !value.Contains(',', StringComparison.Ordinal) ? value.Trim() : "");

    /// <summary>The facility; empty for a caller that is of none; null for one who sees all.</summary>
    public static string? Of(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.RequestServices?.GetService<CallerFacility>()?.Find(http);
    }

    private string? Find(HttpContext http) => find(http);
}
