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
    // Nothing but images is for pages of others.
    [InlineData("api/studies", RetrieveEngine.Origin, false)]
    [InlineData("fhir/Patient/1", RetrieveEngine.Origin, false)]
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
}
