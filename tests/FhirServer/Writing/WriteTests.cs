using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace CloudPacs.FhirServer.Tests.Writing;

/// <summary>create, update and delete as clients meet them (FHIR R4 http.html 3.1.0.4, 3.1.0.7, 3.1.0.8).</summary>
public sealed class WriteTests : IAsyncLifetime
{
    private const string Body = """
        {
          "resourceType": "Organization",
          "meta": { "versionId": "77", "lastUpdated": "1999-01-01T00:00:00Z", "tag": [ { "system": "http://x", "code": "a b" } ] },
          "extension": [ { "url": "http://x/n", "valueDecimal": 1.00 } ],
          "name": "Radiology \" \\ \u00e4"
        }
        """;

    private FhirSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await FhirSite.StartAsync();

    public async ValueTask DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task A_create_keeps_what_was_sent_and_adds_what_the_server_owns()
    {
        using var response = await SendAsync("POST", "Organization", Body.Replace("\"meta\"", "\"id\": \"mine\", \"meta\"", StringComparison.Ordinal));
        var text = await TextOf(response);
        var created = JsonNode.Parse(text)!;
        var id = (string)created["id"]!;

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.NotEqual("mine", id);
        Assert.Equal($"/fhir/Organization/{id}/_history/1", response.Headers.Location!.AbsolutePath);
        Assert.Equal("W/\"1\"", response.Headers.ETag!.ToString());
        Assert.NotNull(response.Content.Headers.LastModified);
        Assert.Equal("1", (string)created["meta"]!["versionId"]!);
        Assert.NotEqual(1999, ((DateTimeOffset)created["meta"]!["lastUpdated"]!).Year);
        Assert.EndsWith(
            ""","tag":[{"system":"http://x","code":"a b"}]},"extension":[{"url":"http://x/n","valueDecimal":1.00}],"name":"Radiology \" \\ \u00e4"}""", text,
            StringComparison.Ordinal);
        Assert.Equal(text, await _site.Client.GetStringAsync(new Uri($"Organization/{id}", UriKind.Relative), Cancel));
    }

    [Fact]
    public async Task An_update_makes_a_version_and_the_same_again_makes_none()
    {
        using var created = await SendAsync("PUT", "Organization/o1", """{"resourceType":"Organization","id":"o1","name":"A"}""");
        using var updated = await SendAsync("PUT", "Organization/o1", """{"resourceType":"Organization","id":"o1","name":"B"}""");
        using var repeated = await SendAsync("PUT", "Organization/o1", """{"id":"o1", "name":"B", "resourceType":"Organization"}""");

        Assert.Equal((HttpStatusCode.Created, "W/\"1\""), (created.StatusCode, created.Headers.ETag!.ToString()));
        Assert.Equal((HttpStatusCode.OK, "W/\"2\""), (updated.StatusCode, updated.Headers.ETag!.ToString()));
        Assert.Equal((HttpStatusCode.OK, "W/\"2\""), (repeated.StatusCode, repeated.Headers.ETag!.ToString()));
    }

    [Fact]
    public async Task An_update_or_delete_of_another_version_than_the_current_one_is_refused()
    {
        (await SendAsync("PUT", "Organization/o1", """{"resourceType":"Organization","id":"o1","name":"A"}""")).Dispose();

        using var right = await SendAsync("PUT", "Organization/o1", """{"resourceType":"Organization","id":"o1","name":"B"}""", ifMatch: "W/\"1\"");
        using var late = await SendAsync("PUT", "Organization/o1", """{"resourceType":"Organization","id":"o1","name":"C"}""", ifMatch: "W/\"1\"");
        using var deletion = await SendAsync("DELETE", "Organization/o1", null, ifMatch: "W/\"1\"");
        using var missing = await SendAsync("PUT", "Organization/o2", """{"resourceType":"Organization","id":"o2","name":"C"}""", ifMatch: "W/\"1\"");

        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        await RefusedAsync(late, 412, "conflict", null);
        await RefusedAsync(deletion, 412, "conflict", null);
        await RefusedAsync(missing, 412, "conflict", null);
    }

    [Theory]
    [InlineData("If-Match", "*", "o1", HttpStatusCode.OK, null)]
    [InlineData("If-Match", "*", "o2", HttpStatusCode.PreconditionFailed, "There is no Organization")]
    [InlineData("If-Match", "yesterday", "o1", HttpStatusCode.PreconditionFailed, "If-Match names no version")]
    [InlineData("If-Match", "W/\"0\"", "o1", HttpStatusCode.PreconditionFailed, "If-Match names no version")]
    [InlineData("If-None-Match", "*", "o2", HttpStatusCode.Created, null)]
    [InlineData("If-None-Match", "*", "o1", HttpStatusCode.PreconditionFailed, "asks that there is none")]
    public async Task A_write_can_ask_that_there_is_one_or_none(string header, string value, string id, HttpStatusCode status, string? said)
    {
        const string Content = """{"resourceType":"Organization","id":"o1","name":"A"}""";
        (await SendAsync("PUT", "Organization/o1", Content)).Dispose();
        using var request = new HttpRequestMessage(HttpMethod.Put, $"Organization/{id}")
        {
            Content = new StringContent(Content.Replace("o1", id, StringComparison.Ordinal), Encoding.UTF8, "application/fhir+json"),
        };
        Assert.True(request.Headers.TryAddWithoutValidation(header, value));

        using var response = await _site.Client.SendAsync(request, Cancel);

        Assert.Equal(status, response.StatusCode);
        if (said is not null) Assert.Contains(said, await TextOf(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_XML_has_its_place()
    {
        using var element = await SendXmlAsync("""<Organization xmlns="http://hl7.org/fhir"><contact><foo value="1"/></contact></Organization>""");
        using var type = await SendXmlAsync("""<!DOCTYPE x [<!ENTITY y "z">]><Organization xmlns="http://hl7.org/fhir"><name value="&y;"/></Organization>""");

        await RefusedAsync(element, 400, "structure", "Organization.contact[0]");
        Assert.Contains("no document type definition", await TextOf(type), StringComparison.Ordinal);

        async Task<HttpResponseMessage> SendXmlAsync(string xml)
        {
            using var content = new StringContent(xml, Encoding.UTF8, "application/fhir+xml");
            return await _site.Client.PostAsync(new Uri("Organization", UriKind.Relative), content, Cancel);
        }
    }

    [Fact]
    public async Task What_is_deleted_is_gone_until_it_is_written_again()
    {
        (await SendAsync("PUT", "Organization/o1", """{"resourceType":"Organization","id":"o1","name":"A"}""")).Dispose();

        using var deleted = await SendAsync("DELETE", "Organization/o1", null);
        using var again = await SendAsync("DELETE", "Organization/o1", null);
        using var never = await SendAsync("DELETE", "Organization/o9", null);
        using var read = await SendAsync("GET", "Organization/o1", null);
        using var revived = await SendAsync("PUT", "Organization/o1", """{"resourceType":"Organization","id":"o1","name":"A"}""");

        Assert.Equal((HttpStatusCode.NoContent, "W/\"2\""), (deleted.StatusCode, deleted.Headers.ETag!.ToString()));
        Assert.Equal((HttpStatusCode.NoContent, "W/\"2\""), (again.StatusCode, again.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NoContent, never.StatusCode);
        Assert.Equal(HttpStatusCode.Gone, read.StatusCode);
        Assert.Equal((HttpStatusCode.Created, "W/\"3\""), (revived.StatusCode, revived.Headers.ETag!.ToString()));
    }

    [Theory]
    [InlineData("return=minimal", "")]
    [InlineData("handling=strict; return=OperationOutcome", "OperationOutcome")]
    [InlineData("respond-sync, return=representation", "Organization")]
    [InlineData("nonsense", "Organization")]
    public async Task The_client_says_what_it_wants_back(string prefer, string type)
    {
        using var response = await SendAsync("POST", "Organization", Body, prefer: prefer);
        var text = await TextOf(response);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.NotNull(response.Headers.Location);
        Assert.Equal(type, text.Length == 0 ? "" : (string)JsonNode.Parse(text)!["resourceType"]!);
    }

    [Theory]
    [InlineData("POST", "Organization", "{", 400, "structure", null)]
    [InlineData("POST", "Organization", "{\"resourceType\":\"Organization\",\"name\":[\"A\"]}", 400, "structure", "Organization.name")]
    [InlineData("POST", "Organization", "{\"resourceType\":\"Location\",\"name\":\"A\"}", 400, "invalid", "Location")]
    [InlineData("POST", "List", "{\"resourceType\":\"List\",\"status\":\"current\"}", 400, "required", "List.mode")]
    [InlineData("PUT", "Organization/a", "{\"resourceType\":\"Organization\",\"name\":\"A\"}", 400, "required", "Organization.id")]
    [InlineData("PUT", "Organization/a", "{\"resourceType\":\"Organization\",\"id\":\"b\",\"name\":\"A\"}", 400, "value", "Organization.id")]
    [InlineData("PUT", "Organization/a_b", "{\"resourceType\":\"Organization\",\"id\":\"a_b\",\"name\":\"A\"}", 400, "value", null)]
    [InlineData("PUT", "Organization/a", "{\"resourceType\":\"Organization\",\"id\":\"a\",\"meta\":{\"tag\":[{\"code\":\"SUBSETTED\"}]}}", 422, "business-rule", "Organization.meta.tag")]
    [InlineData("POST", "Organization", "{\"resourceType\":\"Organization\",\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"x\",\"name\":\"A\"}]}", 422, "invariant", "Organization.contained[0]")]
    [InlineData("POST", "Endpoint", "{\"resourceType\":\"Endpoint\"}", 405, "not-supported", null)]
    [InlineData("PUT", "Endpoint/a", "{}", 405, "not-supported", null)]
    [InlineData("POST", "Organization", "{\"resourceType\":\"Organization\",\"contact\":[{\"modifierExtension\":[{\"url\":\"http://x\",\"valueCode\":\"no\"}]}]}", 422, "extension", "Organization.contact[0].modifierExtension[0]")]
    [InlineData("POST", "Account", "{}", 404, "not-supported", null)]
    public async Task What_is_wrong_is_refused_with_its_place(string method, string path, string body, int status, string code, string? expression)
    {
        using var response = await SendAsync(method, path, body);

        await RefusedAsync(response, status, code, expression);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/fhir+json; fhirVersion=5.0")]
    [InlineData(null)]
    public async Task Bodies_of_other_types_are_refused(string? type)
    {
        using var response = await SendAsync("POST", "Organization", Body, contentType: type);

        await RefusedAsync(response, 415, "not-supported", null);
    }

    [Fact]
    public async Task A_body_may_be_XML_and_is_stored_as_JSON()
    {
        using var good = await SendAsync(
            "PUT", "Organization/o1", """<Organization xmlns="http://hl7.org/fhir"><id value="o1"/><name value="A"/></Organization>""", contentType: "application/fhir+xml");
        using var broken = await SendAsync("PUT", "Organization/o1", "<Organization xmlns=\"http://hl7.org/fhir\"><id", contentType: "application/fhir+xml");

        Assert.Equal(HttpStatusCode.Created, good.StatusCode);
        Assert.EndsWith("},\"name\":\"A\"}", await _site.Client.GetStringAsync(new Uri("Organization/o1", UriKind.Relative), Cancel), StringComparison.Ordinal);
        await RefusedAsync(broken, 400, "structure", "Organization");
    }

    [Fact]
    public async Task Nothing_is_written_for_a_client_that_takes_no_answer()
    {
        using var response = await SendAsync("PUT", "Organization/o1", """{"resourceType":"Organization","id":"o1","name":"A"}""", accept: "image/png");
        using var read = await SendAsync("GET", "Organization/o1", null);

        Assert.Equal((HttpStatusCode.NotAcceptable, HttpStatusCode.NotFound), (response.StatusCode, read.StatusCode));
    }

    [Fact]
    public async Task A_body_may_be_compressed_but_not_larger_than_any_other()
    {
        using var good = await SendAsync("POST", "Organization", Zipped(Encoding.UTF8.GetBytes(Body)), "gzip");
        using var bomb = await SendAsync("POST", "Organization", Zipped(new byte[20_000_000]), "gzip");
        using var broken = await SendAsync("POST", "Organization", Encoding.UTF8.GetBytes(Body), "gzip");
        using var unknown = await SendAsync("POST", "Organization", Encoding.UTF8.GetBytes(Body), "zstd");

        Assert.Equal(HttpStatusCode.Created, good.StatusCode);
        await RefusedAsync(bomb, 413, "too-long", null);
        await RefusedAsync(broken, 400, "structure", null);
        await RefusedAsync(unknown, 415, "not-supported", null);
    }

    [Fact]
    public async Task A_database_that_is_away_asks_for_another_try()
    {
        _site.Fault = new Npgsql.NpgsqlException("gone");

        using var response = await SendAsync("POST", "Organization", Body);

        await RefusedAsync(response, 503, "transient", null);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<string> TextOf(HttpResponseMessage response) => response.Content.ReadAsStringAsync(Cancel);

    private static async Task RefusedAsync(HttpResponseMessage response, int status, string code, string? expression)
    {
        var issue = JsonNode.Parse(await TextOf(response))!["issue"]![0]!;

        Assert.Equal((status, code, expression), ((int)response.StatusCode, (string)issue["code"]!, (string?)issue["expression"]?[0]));
    }

    private static byte[] Zipped(byte[] content)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionMode.Compress)) zip.Write(content);
        return zipped.ToArray();
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, byte[] body, string coding)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json");
        request.Content.Headers.ContentEncoding.Add(coding);
        return await _site.Client.SendAsync(request, Cancel);
    }

    private async Task<HttpResponseMessage> SendAsync(
        string method, string path, string? body, string? ifMatch = null, string? prefer = null, string? contentType = "application/fhir+json", string? accept = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (contentType is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (prefer is not null) request.Headers.TryAddWithoutValidation("Prefer", prefer);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        return await _site.Client.SendAsync(request, Cancel);
    }
}
