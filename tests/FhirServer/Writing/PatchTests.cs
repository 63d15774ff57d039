using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace CloudPacs.FhirServer.Tests.Writing;

/// <summary>JSON Patch as clients meet it (FHIR R4 http.html 3.1.0.5, RFC 6902).</summary>
public sealed class PatchTests : IAsyncLifetime
{
    private const string Stored =
        """{"resourceType":"Organization","id":"o1","extension":[{"url":"http://x/n","valueDecimal":1.00}],"name":"A","alias":["b","c"],"telecom":[{"system":"phone","value":"1"}]}""";

    private FhirSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await FhirSite.StartAsync();
        using var content = new StringContent(Stored, Encoding.UTF8, "application/fhir+json");
        (await _site.Client.PutAsync(new Uri("Organization/o1", UriKind.Relative), content, Cancel)).EnsureSuccessStatusCode().Dispose();
    }

    public async ValueTask DisposeAsync() => await _site.DisposeAsync();

    [Theory]
    [InlineData("""[{"op":"replace","path":"/name","value":"B"}]""", """name":"B","alias":["b","c"]""")]
    [InlineData("""[{"op":"add","path":"/alias/1","value":"x"},{"op":"add","path":"/alias/-","value":"y"}]""", """alias":["b","x","c","y"]""")]
    [InlineData("""[{"op":"remove","path":"/alias/0"}]""", """alias":["c"]""")]
    [InlineData("""[{"op":"remove","path":"/alias/0"},{"op":"remove","path":"/alias/0"}]""", """name":"A","telecom":""")]
    [InlineData("""[{"op":"move","from":"/alias/1","path":"/alias/0"}]""", """alias":["c","b"]""")]
    [InlineData("""[{"op":"copy","from":"/name","path":"/alias/0"}]""", """alias":["A","b","c"]""")]
    [InlineData("""[{"op":"test","path":"/extension/0/valueDecimal","value":1.0},{"op":"add","path":"/active","value":true}]""", """valueDecimal":1.00}],"name":"A",""")]
    public async Task Every_operation_is_applied_and_numbers_keep_their_text(string patch, string expected)
    {
        using var response = await PatchAsync(patch);

        Assert.Equal((HttpStatusCode.OK, "W/\"2\""), (response.StatusCode, response.Headers.ETag!.ToString()));
        Assert.Contains(expected, await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", 400)]
    [InlineData("[", 400)]
    [InlineData("[1]", 400)]
    [InlineData("""[{"op":"add","path":"/name"}]""", 400)]
    [InlineData("""[{"op":"jump","path":"/name"}]""", 400)]
    [InlineData("""[{"op":"add","path":"name","value":1}]""", 400)]
    [InlineData("""[{"op":"test","path":"/name","value":"B"}]""", 422)]
    [InlineData("""[{"op":"remove","path":"/nothing"}]""", 422)]
    [InlineData("""[{"op":"remove","path":"/alias/2"}]""", 422)]
    [InlineData("""[{"op":"remove","path":"/alias/00"}]""", 422)]
    [InlineData("""[{"op":"add","path":"","value":{}}]""", 422)]
    [InlineData("""[{"op":"move","from":"/telecom","path":"/telecom/0/x"}]""", 422)]
    [InlineData("""[{"op":"replace","path":"/id","value":"o2"}]""", 400)]
    [InlineData("""[{"op":"replace","path":"/resourceType","value":"Location"}]""", 400)]
    [InlineData("""[{"op":"add","path":"/nonsense","value":"B"}]""", 400)]
    [InlineData("""[{"op":"replace","path":"/name","value":7}]""", 400)]
    public async Task What_cannot_be_applied_changes_nothing(string patch, int status)
    {
        using var response = await PatchAsync(patch);
        using var read = await _site.Client.GetAsync(new Uri("Organization/o1", UriKind.Relative), Cancel);

        Assert.Equal((status, "OperationOutcome"), ((int)response.StatusCode, (string)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["resourceType"]!));
        Assert.Equal("W/\"1\"", read.Headers.ETag!.ToString());
    }

    [Theory]
    [InlineData("application/fhir+json", """{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},{"name":"path","valueString":"Organization.name"},{"name":"value","valueString":"B"}]}]}""", 200)]
    [InlineData("application/fhir+xml", """<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="operation"/><part><name value="type"/><valueCode value="delete"/></part><part><name value="path"/><valueString value="Organization.name"/></part></parameter></Parameters>""", 200)]
    [InlineData("application/fhir+json", """{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"delete"},{"name":"path","valueString":"Organization.id"}]}]}""", 400)]
    [InlineData("application/fhir+json", """{"resourceType":"Parameters","parameter":[{"name":"operation"}]}""", 400)]
    [InlineData("application/fhir+json", """{"resourceType":"Parameters","parameter":[{"nome":"operation"}]}""", 400)]
    [InlineData("application/fhir+json", """{"resourceType":"Organization","name":"B"}""", 400)]
    public async Task A_FHIRPath_Patch_comes_as_Parameters(string type, string patch, int status)
    {
        using var response = await PatchAsync(patch, type: type);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_patch_that_copies_itself_again_and_again_is_refused()
    {
        using var response = await PatchAsync("[" + string.Join(',', Enumerable.Repeat("""{"op":"copy","from":"/extension","path":"/extension/0"}""", 60)) + "]");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
    }

    [Theory]
    [InlineData("copies too much")]
    [InlineData("nests too deep")]
    public async Task A_patch_that_would_fill_the_memory_or_the_stack_is_refused(string reason)
    {
        var copies = Enumerable.Repeat("""{"op":"copy","from":"/extension/0","path":"/extension/-"}""", 900)
            .Prepend($$$"""{"op":"add","path":"/extension/0","value":{"url":"http://x","valueString":"{{{new string('y', 100_000)}}}"}}""");
        var list = string.Concat(Enumerable.Repeat("{\"c\":", 50)) + "{}" + new string('}', 50);
        var moves = Enumerable.Range(0, 100).SelectMany(i => new[]
        {
            $$$"""{"op":"add","path":"/a{{{i + 1}}}","value":{{{list}}}}""", $$$"""{"op":"move","from":"/a{{{i}}}","path":"/a{{{i + 1}}}{{{string.Concat(Enumerable.Repeat("/c", 50))}}}/d"}""",
        }).Prepend("""{"op":"add","path":"/a0","value":{}}""");

        using var response = await PatchAsync($"[{string.Join(',', reason.StartsWith("copies", StringComparison.Ordinal) ? copies : moves)}]");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains(reason, await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_patch_of_what_is_not_there_or_of_another_version_is_refused()
    {
        using var missing = await PatchAsync("""[{"op":"remove","path":"/name"}]""", "Organization/o2");
        using var late = await PatchAsync("""[{"op":"remove","path":"/name"}]""", ifMatch: "W/\"7\"");
        using var right = await PatchAsync("""[{"op":"remove","path":"/name"}]""", ifMatch: "W/\"1\"");
        using var other = await PatchAsync("<a/>", type: "application/xml-patch+xml");

        Assert.Equal([404, 412, 200, 415], new[] { missing, late, right, other }.Select(static r => (int)r.StatusCode));
    }

    [Fact]
    public async Task Patches_at_the_same_time_are_all_applied()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => PatchAsync($$"""[{"op":"add","path":"/alias/-","value":"n{{i}}"}]""")));
        var stored = JsonNode.Parse(await _site.Client.GetStringAsync(new Uri("Organization/o1", UriKind.Relative), Cancel))!;

        Assert.All(all, static response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(12, stored["alias"]!.AsArray().Count);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<HttpResponseMessage> PatchAsync(string patch, string path = "Organization/o1", string? ifMatch = null, string type = "application/json-patch+json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = new StringContent(patch, Encoding.UTF8, type) };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await _site.Client.SendAsync(request, Cancel);
    }
}
