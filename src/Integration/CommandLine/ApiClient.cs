using System.Text.Json.Nodes;
using CloudPacs.Integration.Hosting;

namespace CloudPacs.Integration.CommandLine;

/// <summary>Calls the administration API of the running engine.</summary>
internal static class ApiClient
{
    /// <exception cref="StartException">The engine does not answer, or refuses.</exception>
    public static async Task<JsonNode> CallAsync(HttpMethod method, string url, string path, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(new Uri(url), path));
            using var response = await client.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.IsSuccessStatusCode) return JsonNode.Parse(text)!;
            var detail = response.Content.Headers.ContentType?.MediaType == "application/problem+json" ? (string?)JsonNode.Parse(text)?["detail"] : text;
            throw new StartException(detail ?? $"The engine answered {(int)response.StatusCode}.");
        }
        catch (HttpRequestException e)
        {
            throw new StartException($"The engine does not answer at {url}: {e.Message} Start it with 'cloudpacs serve', or name its address with --url.", e);
        }
    }
}
