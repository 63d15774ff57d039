using System.IO.Compression;
using System.Net;
using System.Text;
using CloudPacs.Fhir.Formats;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace CloudPacs.FhirServer.Tests;

/// <summary>What every answer has, whatever it says: format, encoding, headers, an OperationOutcome (FHIR R4 http.html 3.1.0.1).</summary>
public sealed class FhirAnswerTests : IAsyncLifetime
{
    private const string Ana = """{"resourceType":"Patient","id":"p1","text":{"status":"empty","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">{}[],: \" a</div>"},"name":[{"given":["A, {b}","c"]}],"active":true}""";
    private FhirSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await FhirSite.StartAsync();
        _site.Put("Patient", "p1", DateTimeOffset.UnixEpoch, Ana);
        _site.Put("Patient", "long", DateTimeOffset.UnixEpoch, Ana.Replace("A, {b}", new string('a', 5000), StringComparison.Ordinal));
        _site.Put("Patient", "odd", DateTimeOffset.UnixEpoch, """{"resourceType":"Patient","gender":"a\u0001"}""");
    }

    public async ValueTask DisposeAsync() => await _site.DisposeAsync();

    [Theory]
    [InlineData("Patient/p1", 200)]
    [InlineData("Patient/p2", 404)]
    [InlineData("Nothing/p2", 404)]
    [InlineData("metadata", 200)]
    [InlineData("a/b/c/d/e/f", 404)]
    public async Task Every_answer_comes_as_XML_where_that_is_asked_for(string path, int status)
    {
        using var response = await GetAsync(path, ("Accept", "application/fhir+xml"));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/fhir+xml", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("Accept", response.Headers.Vary.First());
        var xml = await response.Content.ReadAsStringAsync(Cancel);
        var resource = FhirXmlDeserializer.STRICT.DeserializeResource(xml);
        Assert.Equal(path switch { "metadata" => "CapabilityStatement", "Patient/p1" => "Patient", _ => "OperationOutcome" }, resource.TypeName);
    }

    [Fact]
    public async Task What_XML_cannot_hold_is_told_and_is_had_in_JSON()
    {
        using var refused = await GetAsync("Patient/odd?_format=xml");
        using var given = await GetAsync("Patient/odd");

        Assert.Equal((HttpStatusCode.NotAcceptable, HttpStatusCode.OK), (refused.StatusCode, given.StatusCode));
        Assert.Contains("<expression value=\"Patient.gender\"/>", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pretty_answers_have_lines_and_the_same_values()
    {
        var json = await _site.Client.GetStringAsync("Patient/p1?_pretty=true", Cancel);
        var xml = await _site.Client.GetStringAsync("Patient/p1?_pretty=true&_format=xml", Cancel);

        Assert.Contains("\n  \"name\": [\n    {\n      \"given\": [\n        \"A, {b}\",\n        \"c\"\n      ]\n    }\n  ],\n", json, StringComparison.Ordinal);
        Assert.Equal(System.Text.Json.Nodes.JsonNode.Parse(Ana)!.ToJsonString(), System.Text.Json.Nodes.JsonNode.Parse(json)!.ToJsonString());
        Assert.Contains("\n  <name>\n    <given value=\"A, {b}\"/>\n", xml, StringComparison.Ordinal);
        Assert.Equal(FhirXml.ToJson(FhirXml.FromJson(Encoding.UTF8.GetBytes(Ana))).ToArray(), FhirXml.ToJson(Encoding.UTF8.GetBytes(xml)).ToArray());
    }

    [Theory]
    [InlineData("_elements=name", "[resourceType, id, name, meta]")]
    [InlineData("_elements=name&_elements=active,gender", "[resourceType, id, name, active, meta]")]
    [InlineData("_elements=name&_summary=false", "[resourceType, id, name, meta]")]
    [InlineData("_summary=true", "[resourceType, id, name, active, meta]")]
    [InlineData("_summary=text", "[resourceType, id, text, meta]")]
    [InlineData("_summary=false", "[resourceType, id, text, name, active]")]
    [InlineData("_summary=count", null)]
    [InlineData("_summary=some", null)]
    [InlineData("_summary=true&_elements=name", null)]
    public async Task A_part_is_sent_where_a_part_is_asked_for(string query, string? members)
    {
        using var response = await GetAsync($"Patient/p1?{query}");
        using var version = await GetAsync($"Patient/p1/_history/1?{query}");

        Assert.Equal(members is null ? HttpStatusCode.BadRequest : HttpStatusCode.OK, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(text, await version.Content.ReadAsStringAsync(Cancel));
        if (members is null) Assert.Contains("\"location\":[\"http._", text, StringComparison.Ordinal);
        else Assert.Equal(members, $"[{string.Join(", ", System.Text.Json.Nodes.JsonNode.Parse(text)!.AsObject().Select(static member => member.Key))}]");
    }

    [Theory]
    [InlineData("br", true)]
    [InlineData("gzip", true)]
    [InlineData("gzip;q=0.5, br", true)]
    [InlineData("identity", false)]
    public async Task A_long_answer_is_compressed_where_the_client_takes_that(string accepted, bool isCompressed)
    {
        using var response = await GetAsync("Patient/long", ("Accept-Encoding", accepted));
        using var small = await GetAsync("Patient/p1", ("Accept-Encoding", accepted));

        var coding = response.Content.Headers.ContentEncoding.SingleOrDefault();
        Assert.Equal(isCompressed ? accepted.Split(", ")[^1] : null, coding);
        Assert.Empty(small.Content.Headers.ContentEncoding);
        if (!isCompressed) return;
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
        var body = await response.Content.ReadAsStreamAsync(Cancel);
        using var reader = new StreamReader(coding == "br" ? new BrotliStream(body, CompressionMode.Decompress) : new GZipStream(body, CompressionMode.Decompress));
        Assert.Contains(new string('a', 5000), await reader.ReadToEndAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/pdf")]
    [InlineData("", "image/png", "application/pdf")]
    [InlineData("", "*/*", "application/pdf")]
    [InlineData("", "application/fhir+json", "application/fhir+json")]
    [InlineData("", "application/fhir+xml", "application/fhir+xml")]
    [InlineData("?_format=xml", "*/*", "application/fhir+xml")]
    [InlineData("?_format=ttl", "*/*", null)]
    public async Task A_document_comes_as_itself_unless_a_resource_is_asked_for(string query, string accept, string? contentType)
    {
        using var response = await GetAsync("Binary/doc" + query, ("Accept", accept));

        Assert.Equal(contentType is null ? HttpStatusCode.NotAcceptable : HttpStatusCode.OK, response.StatusCode);
        if (contentType is null) return;
        Assert.Equal(contentType, response.Content.Headers.ContentType!.MediaType);
        var body = await response.Content.ReadAsByteArrayAsync(Cancel);
        if (contentType.EndsWith("xml", StringComparison.Ordinal)) body = FhirXml.ToJson(body).ToArray();
        if (contentType != "application/pdf") body = Convert.FromBase64String((string)System.Text.Json.Nodes.JsonNode.Parse(body)!["data"]!);
        Assert.Equal(100_000, body.Length);
        Assert.Equal("%PDF", Encoding.ASCII.GetString(body, 0, 4));
    }

    [Fact]
    public async Task A_fault_is_told_without_anything_of_the_inside()
    {
        _site.Fault = new InvalidOperationException("secret");

        using var response = await GetAsync("Patient/p1", ("Accept", "application/fhir+xml"));

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(OperationOutcome.IssueType.Exception, Assert.IsType<OperationOutcome>(FhirXmlDeserializer.STRICT.DeserializeResource(text)).Issue.Single().Code);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overload_is_no_fault_and_says_when_to_try_again()
    {
        _site.Fault = new TimeoutException();

        using var response = await GetAsync("Patient/p1");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter!.Delta);
    }

    [Theory]
    [InlineData("abc-1.2_X", null, "abc-1.2_X", null)]
    [InlineData("with blanks", null, null, "with blanks")]
    [InlineData(null, "theirs", null, "theirs")]
    public async Task A_request_that_gets_another_id_gets_its_own_back(string? id, string? correlation, string? expected, string? correlated)
    {
        List<(string, string)> headers = [];
        if (id is not null) headers.Add(("X-Request-Id", id));
        if (correlation is not null) headers.Add(("X-Correlation-Id", correlation));
        using var response = await GetAsync("Patient/p1", [.. headers]);

        var answered = response.Headers.GetValues("X-Request-Id").Single();
        Assert.Matches("^[A-Za-z0-9._-]{1,64}$", answered);
        if (expected is not null) Assert.Equal(expected, answered);
        Assert.Equal(correlated, response.Headers.TryGetValues("X-Correlation-Id", out var given) ? given.Single() : null);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers) Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await _site.Client.SendAsync(request, Cancel);
    }
}
