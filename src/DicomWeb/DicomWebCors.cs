using Microsoft.AspNetCore.Cors.Infrastructure;

namespace CloudPacs.DicomWeb;

/// <summary>
/// Which pages of other origins may use the service (Fetch, CORS protocol): those of a list, never all. Quoted Accept values make browsers
/// ask first for each frame, so the answer to that needs no login and is kept for two hours.
/// </summary>
public static class DicomWebCors
{
    /// <summary>What a page may send.</summary>
    public static IReadOnlyList<string> RequestHeaders { get; } = ["Accept", "Content-Type", "Authorization", "Range", "If-None-Match"];

    /// <summary>What a page may read.</summary>
    public static IReadOnlyList<string> ResponseHeaders { get; } =
        ["Content-Type", "Content-Range", "Content-Length", "Content-Location", "ETag", "Warning"];

    /// <summary>The policy for the CORS middleware, which must stand before authentication.</summary>
    /// <param name="origins">Such as <c>https://viewer.hospital.test</c>.</param>
    /// <exception cref="ArgumentException">One is no origin (<see cref="FindProblem"/>).</exception>
    public static CorsPolicy Policy(IReadOnlyList<string> origins)
    {
        ArgumentNullException.ThrowIfNull(origins);
        foreach (var origin in origins)
            if (FindProblem(origin) is { } problem) throw new ArgumentException($"{origin} {problem}.", nameof(origins));
        return new CorsPolicyBuilder([.. origins])
            .WithMethods("GET", "POST", "OPTIONS")
            .WithHeaders([.. RequestHeaders])
            .WithExposedHeaders([.. ResponseHeaders])
            .AllowCredentials()
            .SetPreflightMaxAge(TimeSpan.FromHours(2))
            .Build();
    }

    /// <summary>Why a text is no origin, in few words for whoever sets it; null when it is one.</summary>
    public static string? FindProblem(string origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        if (origin.Contains('*', StringComparison.Ordinal))
            return "must name one origin: a star would let every page in with its user's login";
        return Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri.GetLeftPart(UriPartial.Authority) == origin
            ? null
            : "must be a scheme and a host, with a port if it has one, and nothing after it";
    }
}
