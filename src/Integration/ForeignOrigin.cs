namespace CloudPacs.Integration;

/// <summary>No page of another origin may change anything by a form or script in somebody's browser.</summary>
internal static class ForeignOrigin
{
    /// <summary>Whether a browser sent the request for a page of another origin (RFC 6454 7).</summary>
    public static bool Is(HttpRequest request) => request.Headers.Origin is [var origin, ..]
        && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
