using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Integration.Hosting;

namespace CloudPacs.CommandLine;

/// <summary>Several calls to the administration API of one engine, over the same connection.</summary>
internal sealed class ApiSession : IDisposable
{
    private readonly string _url;
    private readonly HttpClient _client;

    public ApiSession(string url)
    {
        (_url, _client) = (url, ApiCredentials.ClientFor(url));
        _client.Timeout = TimeSpan.FromSeconds(20);
    }

    /// <exception cref="StartException">The engine does not answer, or refuses.</exception>
    public Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>What the engine answers in JSON, also when it refuses what was sent.</summary>
    /// <exception cref="StartException">The engine does not answer, or takes nothing of the kind now.</exception>
    public async Task<(HttpStatusCode Status, JsonNode Answer)> PostAsync(string path, byte[] body, CancellationToken cancellationToken)
    {
        var (status, format, text) = await SendAsync(HttpMethod.Post, path, body, cancellationToken);
        return format == "application/json" ? (status, JsonNode.Parse(text)!) : throw Refusal(status, format, text);
    }

    /// <summary>Gives commands; what is wrong with them is part of the answer.</summary>
    /// <exception cref="StartException">The engine does not answer, or cannot read them.</exception>
    public async Task<JsonNode> CommandAsync(JsonNode commands, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(commands.ToJsonString());
        var (status, format, text) = await SendAsync(HttpMethod.Post, "/api/commands", body, cancellationToken, "application/json");
        return format == "application/json" ? JsonNode.Parse(text)! : throw Refusal(status, format, text);
    }

    /// <exception cref="StartException">The engine does not answer, or refuses.</exception>
    public async Task<JsonNode> CallAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellationToken)
    {
        var (status, format, text) = await SendAsync(method, path, body, cancellationToken);
        return status < HttpStatusCode.Ambiguous && format == "application/json"
            ? JsonNode.Parse(text)!
            : throw Refusal(status, format, text);
    }

    public void Dispose() => _client.Dispose();

    private async Task<(HttpStatusCode Status, string? Format, string Text)> SendAsync(
        HttpMethod method, string path, byte[]? body, CancellationToken cancellationToken, string? contentType = null)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(new Uri(_url), path));
            if (body is not null) request.Content = new ByteArrayContent(body);
            if (contentType is not null) request.Content!.Headers.ContentType = new MediaTypeHeaderValue(contentType);
            using var response = await _client.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return (response.StatusCode, response.Content.Headers.ContentType?.MediaType, text);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StartException(
                $"Nothing came from {_url} within {_client.Timeout.TotalSeconds} s. Name the HTTP address of the engine with --url.", e);
        }
        catch (HttpRequestException e)
        {
            throw new StartException(
                $"The engine does not answer at {_url}: {e.Message}. Start it with './run', or name its address with --url.", e);
        }
    }

    private StartException Refusal(HttpStatusCode status, string? format, string text) => new(
        (format == "application/problem+json" ? (string?)JsonNode.Parse(text)?["detail"] : null)
            ?? $"What answers at {_url} with {(int)status} is no CloudPacs engine. Name its HTTP address with --url.");
}
