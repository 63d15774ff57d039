using System.CommandLine;
using System.Text.Json.Nodes;
using CloudPacs.Integration.Hosting;

namespace CloudPacs.CommandLine;

/// <summary>Calls the administration API of the running engine.</summary>
internal static class ApiClient
{
    /// <summary><c>--url</c>; without it, the engine of this machine's settings.</summary>
    public static Option<string> UrlOption() => new Option<string>("--url")
    {
        Description = "Address of the engine",
        DefaultValueFactory = _ =>
            (OptionRules.LocalSettings.Http.Tls is null ? "http" : "https")
                + $"://127.0.0.1:{OptionRules.LocalPort(static settings => settings.Http.Port)}",
    }.Checked(static text => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https", "an address such as http://127.0.0.1:8080");

    /// <exception cref="StartException">The engine does not answer, or refuses.</exception>
    public static async Task<JsonNode> CallAsync(
        HttpMethod method, string url, string path, CancellationToken cancellationToken, byte[]? body = null)
    {
        using var session = new ApiSession(url);
        return await session.CallAsync(method, path, body, cancellationToken);
    }
}
