using System.Net;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>The engine behind a proxy with another name and path, used by pages of another origin.</summary>
public sealed class ProxyTests(RetrieveEngine engines)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Addresses_in_answers_lead_through_the_proxy()
    {
        var engine = await engines.GetAsync();
        using var viewer = new DicomWebViewer(engine);
        var image = new SentImage(StudyFiles.Uid(), "PX-1") { Rows = 200 };
        Assert.Equal(HttpStatusCode.OK, (await viewer.StoreAsync(image.File())).Status);

        var (_, _, body) = await viewer.GetAsync(image.Path + "/metadata", "application/dicom+json");
        var address = (string)JsonNode.Parse(body)![0]!["7FE00010"]!["BulkDataURI"]!;
        var found = JsonNode.Parse((await viewer.GetAsync($"studies?StudyInstanceUID={image.Study}", "application/dicom+json")).Body)![0]!;

        Assert.Equal($"{RetrieveEngine.PublicAddress}/dicomweb/{image.Path}/bulkdata/7FE00010", address);
        Assert.Equal($"{RetrieveEngine.PublicAddress}/dicomweb/studies/{image.Study}", (string?)found["00081190"]!["Value"]![0]);
        // The proxy takes its own name and path away again.
        var pixels = await viewer.GetAsync(address[$"{RetrieveEngine.PublicAddress}/dicomweb/".Length..], "application/octet-stream");
        Assert.Equal(Enumerable.Repeat((byte)7, 200 * 16), pixels.Body);
    }

    [Theory]
    [InlineData("dicomweb/studies", RetrieveEngine.Origin, true)]
    [InlineData("dicomweb/studies/1.2/series/1.3/instances/1.4/frames/1", RetrieveEngine.Origin, true)]
    [InlineData("wado", RetrieveEngine.Origin, true)]
    [InlineData("dicomweb/studies", "https://elsewhere.test", false)]
    // Nothing but images and resources is for pages of others.
    [InlineData("api/studies", RetrieveEngine.Origin, false)]
    [InlineData("fhir/Patient/1", RetrieveEngine.Origin, true)]
    [InlineData("fhir", RetrieveEngine.Origin, true)]
    [InlineData("fhir/Patient/1", "https://elsewhere.test", false)]
    [InlineData("jobs", RetrieveEngine.Origin, false)]
    public async Task A_page_of_a_listed_origin_may_ask_with_a_quoted_Accept_and_a_login(string path, string origin, bool isAllowed)
    {
        var engine = await engines.GetAsync();
        using var http = new HttpClient();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, $"http://127.0.0.1:{engine.HttpPort}/{path}");
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "GET");
        preflight.Headers.Add("Access-Control-Request-Headers", "accept, authorization");

        using var answer = await http.SendAsync(preflight, Token);

        Assert.Equal(isAllowed, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed));
        if (!isAllowed) return;
        Assert.Equal((HttpStatusCode.NoContent, origin), (answer.StatusCode, Assert.Single(allowed!)));
        var headers = string.Join(',', answer.Headers.GetValues("Access-Control-Allow-Headers"));
        Assert.Contains("accept", headers, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("authorization", headers, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_page_of_a_listed_origin_may_read_the_answer()
    {
        var engine = await engines.GetAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{engine.HttpPort}/dicomweb/studies?PatientID=NOBODY");
        request.Headers.Add("Origin", RetrieveEngine.Origin);

        using var answer = await http.SendAsync(request, Token);

        Assert.Equal((HttpStatusCode.OK, RetrieveEngine.Origin), (answer.StatusCode, Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin"))));
    }

    [Theory]
    [InlineData("fhir/metadata", "https://elsewhere.test", "*", false)]
    [InlineData("fhir/.well-known/smart-configuration", "https://elsewhere.test", "*", false)]
    [InlineData("fhir/Patient", "https://elsewhere.test", null, false)]
    [InlineData("fhir/Patient", RetrieveEngine.Origin, RetrieveEngine.Origin, true)]
    public async Task A_page_may_read_resources_when_it_is_listed_and_what_the_server_says_of_itself_always(string path, string origin, string? allowed, bool withLogin)
    {
        var engine = await engines.GetAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{engine.HttpPort}/{path}");
        request.Headers.Add("Origin", origin);

        using var answer = await http.SendAsync(request, Token);

        Assert.Equal(allowed, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var said) ? Assert.Single(said) : null);
        Assert.Equal(withLogin, answer.Headers.Contains("Access-Control-Allow-Credentials"));
        if (allowed is null) return;
        var exposed = string.Join(',', answer.Headers.GetValues("Access-Control-Expose-Headers")).Split(',');
        Assert.Empty(new[] { "ETag", "Location", "Content-Location", "Last-Modified" }.Except(exposed));
        Assert.Contains("Accept", answer.Headers.Vary);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task A_page_of_a_listed_origin_may_write_resources_with_what_they_need(string method)
    {
        var engine = await engines.GetAsync();
        using var http = new HttpClient();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, $"http://127.0.0.1:{engine.HttpPort}/fhir/List/1");
        preflight.Headers.Add("Origin", RetrieveEngine.Origin);
        preflight.Headers.Add("Access-Control-Request-Method", method);
        preflight.Headers.Add("Access-Control-Request-Headers", "if-match, content-type, prefer");

        using var answer = await http.SendAsync(preflight, Token);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Contains(method, string.Join(',', answer.Headers.GetValues("Access-Control-Allow-Methods")), StringComparison.Ordinal);
        Assert.Contains("If-Match", string.Join(',', answer.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_root_shows_a_browser_where_to_go()
    {
        var engine = await engines.GetAsync();
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{engine.HttpPort}/"), Token);
        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        var page = await answer.Content.ReadAsStringAsync(Token);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        foreach (var path in new[] { "/fhir", "/dicomweb/studies", "/jobs", "/health/ready", "/metrics", "/api/status" })
        {
            Assert.Contains($"href=\"{path}\"", page, StringComparison.Ordinal);
            using var there = await http.GetAsync(new Uri($"http://127.0.0.1:{engine.HttpPort}{path}"), Token);
            Assert.True(there.StatusCode is HttpStatusCode.OK or HttpStatusCode.NoContent, $"{path}: {there.StatusCode}");
        }

        Assert.Contains("href=\"/viewer\"", page, StringComparison.Ordinal);
    }
}
