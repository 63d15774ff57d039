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
        DefaultValueFactory = _ => $"http://127.0.0.1:{OptionRules.LocalPort(static settings => settings.Http.Port)}",
    }.Checked(static text => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https", "an address such as http://127.0.0.1:8080");

    /// <exception cref="StartException">The engine does not answer, or refuses.</exception>
    public static async Task<JsonNode> CallAsync(
        HttpMethod method, string url, string path, CancellationToken cancellationToken, byte[]? body = null)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(new Uri(url), path));
            if (body is not null) request.Content = new ByteArrayContent(body);
            using var response = await client.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            var format = response.Content.Headers.ContentType?.MediaType;
            if (response.IsSuccessStatusCode && format == "application/json") return JsonNode.Parse(text)!;
            var detail = format == "application/problem+json" ? (string?)JsonNode.Parse(text)?["detail"] : null;
            throw new StartException(
                detail ?? $"What answers at {url} with {(int)response.StatusCode} is no CloudPacs engine. Name its HTTP address with "
                    + "--url.");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StartException(
                $"Nothing came from {url} within {client.Timeout.TotalSeconds} s. Name the HTTP address of the engine with --url.", e);
        }
        catch (HttpRequestException e)
        {
            throw new StartException(
                $"The engine does not answer at {url}: {e.Message}. Start it with './run', or name its address with --url.", e);
        }
    }
}
