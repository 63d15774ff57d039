using System.Net;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>What holds for all routes over HTTP, and what the journal tells of a message.</summary>
public sealed class AdministrationTests(SharedEngine shared) : IAsyncLifetime
{
    private static readonly HttpClient Http = new();

    private TestedEngine _engine = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _engine = await shared.GetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("/api/status?x=1", "There is no parameter x. There are none here.")]
    [InlineData("/api/messages?stauts=rejected&limit=1", "There is no parameter stauts. Those that there are here: sender, type, status, key, since, until, after, limit.")]
    [InlineData("/api/messages/8f7a0000-0000-0000-0000-000000000000?id=1", "There is no parameter id. There are none here.")]
    [InlineData("/api/deliveries?dest=his&Limit=1", "There is no parameter dest. Those that there are here: destination, state, before, limit.")]
    [InlineData("/api/destinations?name=his", "There is no parameter name. There are none here.")]
    [InlineData("/api/maps?version=1", "There is no parameter version. There are none here.")]
    [InlineData("/api/worklist/entries?offset=1", "There is no parameter offset. Those that there are here: after, limit.")]
    public async Task A_parameter_that_a_route_does_not_know_is_refused_by_its_name(string path, string detail)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(detail, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["detail"]);
    }

    [Theory]
    [InlineData("/api/commands?dry=1")]
    [InlineData("/api/maps/reload?now=1")]
    [InlineData("/api/worklist/files?sendr=X")]
    [InlineData("/api/deliveries/1/skip?force=1")]
    public async Task A_change_is_not_made_with_a_parameter_that_is_not_known(string path)
    {
        using var answer = await SendAsync(HttpMethod.Post, path);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("/api/messages?LIMIT=1")]
    [InlineData("/api/status")]
    [InlineData("/api/worklist/why?aet=CT1&accession=A&PatientName=X*")]
    [InlineData("/api/messages/8f7a0000-0000-0000-0000-000000000000")]
    [InlineData("/dicomweb/modality-scheduled-procedure-steps?AccessionNumber=ADM0")]
    [InlineData("/dicomweb/modality-performed-procedure-steps/1.2.3")]
    [InlineData("/dicomweb/studies?PatientID=ADM0")]
    [InlineData("/fhir/metadata")]
    [InlineData("/fhir/Patient/none")]
    [InlineData("/health/ready")]
    [InlineData("/metrics")]
    public async Task HEAD_is_GET_without_a_body(string path)
    {
        using var get = await SendAsync(HttpMethod.Get, path);
        using var head = await SendAsync(HttpMethod.Head, path);

        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.NotEqual(HttpStatusCode.MethodNotAllowed, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task Metrics_are_read_and_name_the_engine()
    {
        using var post = await SendAsync(HttpMethod.Post, "/metrics");
        using var head = await SendAsync(HttpMethod.Head, "/api/commands");

        Assert.Equal((HttpStatusCode.MethodNotAllowed, HttpStatusCode.MethodNotAllowed), (post.StatusCode, head.StatusCode));
        var metrics = await _engine.GetAsync("/metrics");
        Assert.Contains("service_name=\"cloudpacs\"", metrics, StringComparison.Ordinal);
        Assert.Contains("service_version=\"", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_journal_names_the_versions_of_resources_that_a_message_wrote()
    {
        await using var his = new HisSender(_engine.MllpPort);
        var order = new OrderText("ADM1", "ADM-1", "ADMIN^ANN");
        await his.PlaceAsync(order, order with { Name = "ADMIN^ANNA" });

        var found = JsonNode.Parse(await _engine.GetAsync("/api/messages?key=ADM1"))!["messages"]!.AsArray();
        var written = new List<string[]>();
        foreach (var message in found.Reverse())
        {
            var shown = JsonNode.Parse(await _engine.GetAsync($"/api/messages/{message!["id"]}"))!;
            written.Add([.. shown["resources"]!.AsArray().Select(static version => (string)version!)]);
        }

        Assert.Equal(2, written.Count);
        foreach (var type in (string[])["Patient", "ServiceRequest", "Task"])
            Assert.Single(written[0], version => version.StartsWith(type + "/", StringComparison.Ordinal) && version.EndsWith("/_history/1", StringComparison.Ordinal));
        var patient = Assert.Single(written[1], static version => version.StartsWith("Patient/", StringComparison.Ordinal));
        Assert.EndsWith("/_history/2", patient, StringComparison.Ordinal);
        Assert.Contains("ANNA", await _engine.GetAsync("/fhir/" + patient), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{_engine.HttpPort}{path}"));
        return Http.SendAsync(request, Cancel);
    }
}
