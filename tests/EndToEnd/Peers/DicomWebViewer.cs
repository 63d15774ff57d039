using System.Net;
using System.Net.Http.Headers;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>Stores, searches and fetches studies over HTTP (PS3.18 chapter 10).</summary>
internal sealed class DicomWebViewer(TestedEngine engine) : IDisposable
{
    /// <summary>As it is stored, whatever that is.</summary>
    public const string AnyFile = "application/dicom; transfer-syntax=*";

    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{engine.HttpPort}/dicomweb/"), Timeout = TimeSpan.FromSeconds(60) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Sends files as the parts of one request.</summary>
    /// <returns>The status, and what the engine says of each (PS3.18 annex I.2).</returns>
    public async Task<(HttpStatusCode Status, DataSet Told)> StoreAsync(params IEnumerable<byte[]> files)
    {
        using var parts = new MultipartContent("related", "cloudpacs-e2e");
        parts.Headers.ContentType!.Parameters.Add(new NameValueHeaderValue("type", "\"application/dicom\""));
        foreach (var file in files) parts.Add(new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("application/dicom") } });
        return await SendAsync(parts);
    }

    /// <summary>Sends a body as it is, cut or not.</summary>
    public async Task<(HttpStatusCode Status, DataSet Told)> SendAsync(HttpContent parts)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "studies") { Content = parts, Headers = { { "Accept", "application/dicom+json" } } };
        using var response = await _http.SendAsync(request, Token);
        var body = await response.Content.ReadAsByteArrayAsync(Token);
        return (response.StatusCode, body.Length > 0 && response.Content.Headers.ContentType?.MediaType == "application/dicom+json" ? Read(body)[0] : []);
    }

    public async Task<IReadOnlyList<DataSet>> SearchAsync(string path)
    {
        var answer = await GetAsync(path, "application/dicom+json");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return Read(answer.Body);
    }

    public async Task<(HttpStatusCode Status, string? Type, byte[] Body)> GetAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await _http.SendAsync(request, Token);
        return (response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync(Token));
    }

    public void Dispose() => _http.Dispose();

    private static IReadOnlyList<DataSet> Read(byte[] json)
    {
        Assert.True(DicomJson.TryRead(json, static _ => ReadOnlyMemory<byte>.Empty, out var read, out var error), error);
        return read;
    }
}
