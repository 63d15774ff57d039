using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>What came back over HTTP.</summary>
internal sealed record WebAnswer(HttpStatusCode Status, string? Type, string Text, string Warnings, string? Location)
{
    /// <summary>Problem details (RFC 9457).</summary>
    public string Detail => Type == "application/problem+json" ? (string)JsonNode.Parse(Text)!["detail"]! : "";

    public IReadOnlyList<string> Attributes =>
        Type == "application/problem+json" && JsonNode.Parse(Text)!["attributes"] is { } named ? [.. named.AsArray().Select(static tag => (string)tag!)] : [];
}

/// <summary>A modality that reports performed procedure steps over HTTP (PS3.18 chapter 15).</summary>
internal sealed class DicomWebModality(TestedEngine engine) : IDisposable
{
    public const string Json = "application/dicom+json";
    public const string Xml = "application/dicom+xml";
    private readonly HttpClient _http = new()
    {
        BaseAddress = new Uri($"http://127.0.0.1:{engine.HttpPort}/dicomweb/modality-performed-procedure-steps/"), DefaultRequestHeaders = { { "Accept", Json } },
    };

    public Task<WebAnswer> CreateAsync(string uid, DataSet attributes, string form = Json) => PostAsync(uid, attributes, form);

    public Task<WebAnswer> UpdateAsync(string uid, DataSet attributes, string form = Json) => PostAsync(uid + "?update", attributes, form);

    public Task<WebAnswer> PostAsync(string path, DataSet attributes, string form) =>
        PostAsync(path, form == Xml ? DicomXml.ToUtf8Bytes(attributes) : DicomJson.ToUtf8Bytes(attributes), form);

    public async Task<WebAnswer> PostAsync(string path, byte[] body, string? form, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        if (form is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", form);
        foreach (var (name, value) in headers)
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        return await SendAsync(request);
    }

    public Task<WebAnswer> PostAsync(string path, string body, string? form = Json) => PostAsync(path, Encoding.UTF8.GetBytes(body), form);

    public async Task<WebAnswer> GetAsync(string path, string accept = Json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await SendAsync(request);
    }

    /// <summary>The step as it is stored; null when there is none.</summary>
    public async Task<DataSet?> RetrieveAsync(string uid)
    {
        var answer = await GetAsync(uid);
        if (answer.Status == HttpStatusCode.NotFound) return null;
        Assert.True(DicomJson.TryRead(Encoding.UTF8.GetBytes(answer.Text), null, out var read, out var error), error);
        return Assert.Single(read);
    }

    public void Dispose() => _http.Dispose();

    private async Task<WebAnswer> SendAsync(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new WebAnswer(
            response.StatusCode, response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.TryGetValues("Warning", out var warnings) ? string.Join('\n', warnings) : "", response.Headers.Location?.ToString());
    }
}
