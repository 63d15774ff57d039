using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.Identity;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Identity;

/// <summary>HTTP clients that say who they are.</summary>
internal static class Callers
{
    /// <summary>By the key that the engine leaves in its data folder.</summary>
    public static HttpClient OfMachine(TestedEngine engine) => Bearing(engine, File.ReadAllText(LocalKey.FileIn(engine.DataFolder)));

    /// <summary>By a token or a key; empty for nothing.</summary>
    public static HttpClient Bearing(TestedEngine engine, string token)
    {
        var http = new HttpClient { BaseAddress = new Uri(engine.Address) };
        if (token.Length > 0) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    public static async Task<JsonNode> SendJsonAsync(this HttpClient http, HttpMethod method, string path, HttpStatusCode expected, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/fhir+json");
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == expected, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length > 0 ? JsonNode.Parse(text)! : new JsonObject();
    }

    /// <summary>Patches a Media, and tells the status.</summary>
    public static async Task<int> PatchAsync(this HttpClient http, string media)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/fhir/Media/{media}");
        request.Content = new StringContent("""[{"op":"replace","path":"/status","value":"stopped"}]""", System.Text.Encoding.UTF8, "application/json-patch+json");
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    public static async Task<int> StatusAsync(this HttpClient http, string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/fhir+json");
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }
}
