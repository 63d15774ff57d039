using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CloudPacs.Identity;

namespace CloudPacs.CommandLine;

/// <summary>
/// How commands say who they are: by the token or key in <c>CLOUDPACS_TOKEN</c>, else, to the engine of this machine's settings, by the
/// key in its data folder.
/// </summary>
internal static class ApiCredentials
{
    private const string Variable = "CLOUDPACS_TOKEN";

    /// <summary>
    /// A client for an engine; over TLS it also takes the very certificate that the settings name, whatever name that is for.
    /// </summary>
    public static HttpClient ClientFor(string url)
    {
        var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = static (_, shown, _, errors) => IsTrusted(shown, errors),
        };
        var client = new HttpClient(handler);
        if (TokenFor(url) is { } token) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static string? TokenFor(string url)
    {
        var engine = new Uri(url);
        // Neither is for who listens on the way, nor for another program.
        var isPrivate = engine.IsLoopback || engine.Scheme == Uri.UriSchemeHttps;
        if (isPrivate && Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given) return given.Trim();
        if (!engine.IsLoopback || engine.Port != OptionRules.LocalPort(static settings => settings.Http.Port)) return null;
        try
        {
            return File.ReadAllText(LocalKey.FileIn(OptionRules.LocalSettings.Data)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsTrusted(X509Certificate2? shown, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (shown is null || OptionRules.LocalSettings.Http.Tls is not { } tls) return false;
        try
        {
            using var own = X509CertificateLoader.LoadCertificateFromFile(tls.CertificateFile);
            return own.RawDataMemory.Span.SequenceEqual(shown.RawDataMemory.Span);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return false;
        }
    }
}
