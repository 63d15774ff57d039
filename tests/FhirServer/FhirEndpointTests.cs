using System.Net;
using System.Net.Http.Headers;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace CloudPacs.FhirServer.Tests;

/// <summary>The endpoint as clients meet it (FHIR R4 http.html 3.1.0).</summary>
public sealed class FhirEndpointTests : IAsyncLifetime
{
    private const string First = """{"resourceType":"Patient","id":"p1","meta":{"versionId":"1"},"active":true}""";
    private const string Second = """{"resourceType":"Patient","id":"p1","meta":{"versionId":"2"},"active":false}""";
    private static readonly DateTimeOffset Changed = new(2026, 3, 10, 8, 30, 15, 250, TimeSpan.Zero);
    private FhirSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await FhirSite.StartAsync();
        _site.Put("Patient", "p1", Changed.AddDays(-1), First);
        _site.Put("Patient", "p1", Changed, Second);
        _site.Put("Task", "gone", Changed.AddDays(-1), """{"resourceType":"Task","id":"gone"}""");
        _site.Put("Task", "gone", Changed, null);
    }

    public async ValueTask DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task A_read_gives_the_stored_bytes_with_version_and_date()
    {
        using var response = await GetAsync("Patient/p1");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Second, await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("application/fhir+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(new EntityTagHeaderValue("\"2\"", isWeak: true), response.Headers.ETag);
        Assert.Equal(new DateTimeOffset(2026, 3, 10, 8, 30, 15, TimeSpan.Zero), response.Content.Headers.LastModified);
    }

    [Fact]
    public async Task A_database_that_is_away_is_told_with_an_OperationOutcome()
    {
        _site.Fault = new Npgsql.NpgsqlException("gone");

        using var response = await GetAsync("Patient/p1");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("\"code\":\"transient\"", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_read_gives_the_old_bytes()
    {
        using var response = await GetAsync("Patient/p1/_history/1");

        Assert.Equal(First, await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("W/\"1\"", response.Headers.ETag!.ToString());
    }

    [Theory]
    [InlineData("If-None-Match", "W/\"2\"", 304)]
    [InlineData("If-None-Match", "\"2\"", 304)]
    [InlineData("If-None-Match", "W/\"1\", W/\"2\"", 304)]
    [InlineData("If-None-Match", "*", 304)]
    [InlineData("If-None-Match", "W/\"1\"", 200)]
    [InlineData("If-Modified-Since", "Tue, 10 Mar 2026 08:30:15 GMT", 304)]
    [InlineData("If-Modified-Since", "Tue, 10 Mar 2026 08:30:14 GMT", 200)]
    [InlineData("If-Modified-Since", "yesterday", 200)]
    public async Task A_conditional_read_sends_only_what_the_client_has_not(string header, string value, int status)
    {
        using var response = await GetAsync("Patient/p1", (header, value));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("W/\"2\"", response.Headers.ETag!.ToString());
        Assert.Equal(status == 304 ? "" : Second, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("Patient/$nothing", "operation $nothing")]
    [InlineData("Patient/$everything", "operation $everything")]
    [InlineData("Patient/_search?name=a", "takes POST")]
    [InlineData("Patient/p1/ValueSet", "no ValueSet belongs to the compartment of a Patient")]
    [InlineData("Patient//", "nothing under this path")]
    public async Task What_is_not_served_is_called_what_it_is(string path, string said)
    {
        using var response = await _site.Client.GetAsync(new Uri(path, UriKind.Relative), Cancel);

        Assert.Contains(said, await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tag_wins_over_the_date()
    {
        using var response = await GetAsync("Patient/p1", ("If-None-Match", "W/\"1\""), ("If-Modified-Since", "Tue, 10 Mar 2026 09:00:00 GMT"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("GET", "Patient/p2", 404)]
    [InlineData("GET", "Patient/p1/_history/3", 404)]
    [InlineData("GET", "Patient/p1/_history/x", 404)]
    [InlineData("GET", "Patient/p1/_history/-1", 404)]
    [InlineData("GET", "Observation/p1", 404)]
    [InlineData("GET", "Consent/p1", 404)]
    [InlineData("GET", "Patient/p1/$nothing", 404)]
    [InlineData("GET", "Task/t1/$everything", 404)]
    [InlineData("GET", "patient/p1", 404)]
    [InlineData("GET", "a/b/c/d/e", 404)]
    [InlineData("GET", "Patient//", 404)]
    [InlineData("GET", "Patient/$nothing", 404)]
    [InlineData("GET", "ValueSet/$nothing/x", 404)]
    [InlineData("GET", "Task/gone", 410)]
    [InlineData("GET", "Task/gone/_history/2", 410)]
    [InlineData("PUT", "Endpoint/p1", 405)]
    [InlineData("DELETE", "Endpoint/p1", 405)]
    [InlineData("PATCH", "Patient/p1/_history/1", 405)]
    [InlineData("POST", "metadata", 405)]
    [InlineData("GET", "Patient/p1?_format=ttl", 406)]
    [InlineData("GET", "metadata?mode=terminology", 400)]
    public async Task What_cannot_be_served_is_answered_with_an_outcome(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await _site.Client.SendAsync(request, Cancel);

        Assert.Equal(status, (int)response.StatusCode);
        var outcome = Assert.IsType<OperationOutcome>(await ParseAsync(response));
        Assert.Equal(OperationOutcome.IssueSeverity.Error, Assert.Single(outcome.Issue).Severity);
        Assert.False(string.IsNullOrEmpty(outcome.Issue[0].Diagnostics));
        if (status == 405) Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
        if (status == 410) Assert.Equal("W/\"2\"", response.Headers.ETag!.ToString());
    }

    [Theory]
    [InlineData("Patient/p1", 200)]
    [InlineData("Patient/p2", 404)]
    [InlineData("metadata", 200)]
    public async Task HEAD_is_GET_without_the_body(string path, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);

        using var response = await _site.Client.SendAsync(request, Cancel);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.True(response.Content.Headers.ContentLength > 0);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Theory]
    [InlineData("", "application/fhir+json", "application/fhir+json")]
    [InlineData("", "*/*", "application/fhir+json")]
    [InlineData("", "application/json", "application/json")]
    [InlineData("", "application/fhir+turtle, application/json;q=0.5", "application/json")]
    [InlineData("", "application/fhir+json; fhirVersion=4.0", "application/fhir+json")]
    [InlineData("", "application/fhir+json; fhirVersion=3.0", null)]
    [InlineData("", "application/fhir+xml", "application/fhir+xml")]
    [InlineData("", "text/xml;q=0.5, text/turtle", "text/xml")]
    [InlineData("", "application/xml; fhirVersion=\"4.0\"", "application/xml")]
    [InlineData("", "text/turtle", null)]
    [InlineData("", "application/fhir+json;q=0", null)]
    [InlineData("?_format=json", "application/fhir+xml", "application/fhir+json")]
    [InlineData("?_format=application/fhir%2Bjson", "text/html", "application/fhir+json")]
    [InlineData("?_format=application/fhir+json", "text/html", "application/fhir+json")]
    [InlineData("?_format=application/json", "text/html", "application/json")]
    [InlineData("?_format=xml", "application/fhir+json", "application/fhir+xml")]
    [InlineData("?_format=application/fhir+xml;fhirVersion=4.0", "", "application/fhir+xml")]
    [InlineData("?_format=application/fhir+xml;fhirVersion=5.0", "", null)]
    [InlineData("?_format=turtle", "application/fhir+json", null)]
    public async Task The_format_is_what_the_client_asks_for(string query, string accept, string? contentType)
    {
        using var response = await GetAsync("Patient/p1" + query, ("Accept", accept));

        Assert.Equal(contentType is null ? HttpStatusCode.NotAcceptable : HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(contentType ?? "application/fhir+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task The_metadata_says_what_is_served_and_everything_that_it_says_is()
    {
        using var response = await GetAsync("metadata");

        var statement = Assert.IsType<Hl7.Fhir.Model.CapabilityStatement>(await ParseAsync(response));
        Assert.Equal((FHIRVersion.N4_0_1, "1.2.3"), (statement.FhirVersion, statement.Software!.Version));
        Assert.Equal(_site.Client.BaseAddress!.ToString().TrimEnd('/'), statement.Implementation!.Url);
        var resources = statement.Rest.Single().Resource;
        Assert.Equal(ServedTypes.Served.Select(static type => type.Name), resources.Select(static resource => resource.Type));
        Assert.All(resources, static resource => Assert.NotEmpty(resource.Interaction));
        foreach (var resource in resources.Where(static resource => resource.Type != "Binary"))
        {
            _site.Put(resource.Type!, "any", Changed, $$"""{"resourceType":"{{resource.Type}}","id":"any"}""");
            using var read = await GetAsync($"{resource.Type}/any");
            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        }
    }

    [Theory]
    [InlineData("abc-1.2_X", "abc-1.2_X")]
    [InlineData("<script>", null)]
    public async Task A_request_keeps_its_id_when_that_is_harmless(string id, string? expected)
    {
        using var response = await GetAsync("Patient/p1", ("X-Request-Id", id));

        var answered = response.Headers.GetValues("X-Request-Id").Single();
        if (expected is null) Assert.DoesNotContain(id, answered, StringComparison.Ordinal);
        else Assert.Equal(expected, answered);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers) Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await _site.Client.SendAsync(request, Cancel);
    }

    private static async Task<Resource> ParseAsync(HttpResponseMessage response) =>
        FhirJsonDeserializer.STRICT.DeserializeResource(await response.Content.ReadAsStringAsync(Cancel));
}
