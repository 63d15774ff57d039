using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace CloudPacs.FhirServer.Tests.Bundles;

/// <summary>batch and transaction as clients meet them (FHIR R4 http.html 3.1.0.11).</summary>
public sealed class BundleTests : IAsyncLifetime
{
    private const string Practitioner = "urn:uuid:c757873d-ec9a-4326-a141-556f43239520";

    private const string Organization = "urn:uuid:0f1e2d3c-4b5a-4678-9abc-def012345678";

    private FhirSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await FhirSite.StartAsync();

    public async ValueTask DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task Resources_of_a_transaction_refer_to_each_other_by_the_ids_that_they_got()
    {
        var (status, answer) = await PostAsync($$$"""
            {"resourceType":"Bundle","type":"transaction","entry":[
            {"fullUrl":"{{{Practitioner}}}1","request":{"method":"GET","url":"Organization/fixed"}},
            {"fullUrl":"urn:x:role","resource":{"resourceType":"PractitionerRole","practitioner":{"reference":"{{{Practitioner}}}"},
              "organization":{"reference":"Organization/old"},"identifier":[{"system":"urn:ietf:rfc:3986","value":"{{{Practitioner}}}"}],
              "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"{{{Practitioner}}}#x\">{{{Practitioner}}}</a></div>"},
              "extension":[{"url":"http://x","valueUri":"{{{Practitioner}}}"},{"url":"http://x","valueCanonical":"{{{Practitioner}}}"},{"url":"http://y","valueDecimal":1.00}]},
              "request":{"method":"POST","url":"PractitionerRole"}},
            {"fullUrl":"{{{Practitioner}}}","resource":{"resourceType":"Practitioner","active":true},"request":{"method":"POST","url":"Practitioner"}},
            {"fullUrl":"http://elsewhere/fhir/Organization/old","resource":{"resourceType":"Organization","name":"A"},"request":{"method":"POST","url":"Organization"}},
            {"fullUrl":"{{{Organization}}}","resource":{"resourceType":"Organization","id":"fixed","name":"B"},"request":{"method":"PUT","url":"Organization/fixed"}}]}
            """);
        var entries = answer["entry"]!.AsArray();
        var practitioner = (string)entries[2]!["resource"]!["id"]!;
        var role = entries[1]!["resource"]!;

        Assert.Equal((200, "transaction-response", 5), (status, (string)answer["type"]!, entries.Count));
        Assert.Equal(["200 OK", "201 Created", "201 Created", "201 Created", "201 Created"], entries.Select(static e => (string)e!["response"]!["status"]!));
        Assert.Equal("B", (string)entries[0]!["resource"]!["name"]!);
        Assert.Equal($"Practitioner/{practitioner}", (string)role["practitioner"]!["reference"]!);
        Assert.Equal($"Organization/{entries[3]!["resource"]!["id"]}", (string)role["organization"]!["reference"]!);
        Assert.Equal(Practitioner, (string)role["identifier"]![0]!["value"]!);
        Assert.Contains($"<a href=\"Practitioner/{practitioner}#x\">{Practitioner}</a>", (string)role["text"]!["div"]!, StringComparison.Ordinal);
        Assert.Equal($"Practitioner/{practitioner}", (string)role["extension"]![0]!["valueUri"]!);
        Assert.Equal(Practitioner, (string)role["extension"]![1]!["valueCanonical"]!);
        Assert.Equal("1.00", role["extension"]![2]!["valueDecimal"]!.ToJsonString());
        Assert.EndsWith($"/fhir/Practitioner/{practitioner}/_history/1", (string)entries[2]!["response"]!["location"]!, StringComparison.Ordinal);
        Assert.Equal("W/\"1\"", (string)entries[2]!["response"]!["etag"]!);
    }

    [Theory]
    [InlineData("""{"resource":{"resourceType":"Organization","id":"b"},"request":{"method":"PUT","url":"Organization/b","ifMatch":"W/\"3\""}}""", 412, "Bundle.entry[1]")]
    [InlineData("""{"resource":{"resourceType":"Organization","id":"b","name":1},"request":{"method":"PUT","url":"Organization/b"}}""", 400, "Bundle.entry[1].resource.name")]
    [InlineData("""{"resource":{"resourceType":"Organization","id":"b"},"request":{"method":"PUT","url":"Organization/c"}}""", 400, "Bundle.entry[1].resource.id")]
    [InlineData("""{"resource":{"resourceType":"Organization","id":"a","name":"x"},"request":{"method":"PUT","url":"Organization/a"}}""", 400, "Bundle.entry[1]")]
    [InlineData("""{"request":{"method":"DELETE","url":"Organization/a"}}""", 400, "Bundle.entry[1]")]
    [InlineData("""{"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","resource":{"resourceType":"Organization","name":"x"},"request":{"method":"POST","url":"Organization"}}""", 400, "Bundle.entry[1]")]
    [InlineData("""{"resource":{"resourceType":"Endpoint"},"request":{"method":"POST","url":"Endpoint"}}""", 405, "Bundle.entry[1]")]
    [InlineData("""{"resource":{"resourceType":"Account"},"request":{"method":"POST","url":"Account"}}""", 404, "Bundle.entry[1]")]
    [InlineData("""{"request":{"method":"POST","url":"Organization"}}""", 400, "Bundle.entry[1]")]
    [InlineData("""{"resource":{"resourceType":"Organization","partOf":{"reference":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"}},"request":{"method":"POST","url":"Organization"}},{"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239521"}""", 400, "Bundle.entry[2]")]
    [InlineData("""{"resource":{"resourceType":"PractitionerRole","practitioner":{"reference":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"}},"request":{"method":"POST","url":"PractitionerRole"}}""", 400, "Bundle.entry[1].resource.practitioner")]
    public async Task A_transaction_in_which_one_entry_fails_changes_nothing(string entry, int status, string expression)
    {
        var (got, answer) = await PostAsync($$$"""
            {"resourceType":"Bundle","type":"transaction","entry":[
            {"fullUrl":"{{{Practitioner}}}","resource":{"resourceType":"Organization","id":"a","name":"A"},"request":{"method":"PUT","url":"Organization/a"}},{{{entry}}}]}
            """);
        using var read = await _site.Client.GetAsync(new Uri("Organization/a", UriKind.Relative), Cancel);

        Assert.Equal(status, got);
        Assert.Equal(("OperationOutcome", expression), ((string)answer["resourceType"]!, (string?)answer["issue"]![0]!["expression"]?[0]));
        Assert.Equal(HttpStatusCode.NotFound, read.StatusCode);
    }

    [Fact]
    public async Task A_transaction_patches_with_Parameters_or_a_JSON_Patch_in_a_Binary()
    {
        await PostAsync("""{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Organization","id":"a","name":"A"},"request":{"method":"PUT","url":"Organization/a"}},{"resource":{"resourceType":"Organization","id":"b","name":"B"},"request":{"method":"PUT","url":"Organization/b"}}]}""");
        var patch = Convert.ToBase64String("""[{"op":"replace","path":"/name","value":"D"}]"""u8);

        var (status, answer) = await PostAsync(
            """{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"PATCH","url":"Organization/a"},"resource":{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},{"name":"path","valueString":"Organization.name"},{"name":"value","valueString":"C"}]}]}},"""
            + """{"request":{"method":"PATCH","url":"Organization/b"},"resource":{"resourceType":"Binary","contentType":"application/json-patch+json","data":"PATCH"}}]}""".Replace("\"PATCH\"}}", $"\"{patch}\"}}}}", StringComparison.Ordinal));
        var (failed, _) = await PostAsync(
            """{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"PATCH","url":"Organization/none"},"resource":{"resourceType":"Parameters"}}]}""");

        Assert.Equal((200, 404), (status, failed));
        Assert.Equal(["C", "D"], answer["entry"]!.AsArray().Select(static e => (string)e!["resource"]!["name"]!));
    }

    [Fact]
    public async Task Patches_in_transactions_at_the_same_time_are_all_applied()
    {
        await PostAsync("""{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Organization","id":"a","name":"A"},"request":{"method":"PUT","url":"Organization/a"}}]}""");
        const string Patch = """{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"PATCH","url":"Organization/a"},"resource":{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"Organization"},{"name":"name","valueString":"alias"},{"name":"value","valueString":"B"}]}]}}]}""";

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync(Patch)));
        var stored = JsonNode.Parse(await _site.Client.GetStringAsync(new Uri("Organization/a", UriKind.Relative), Cancel))!;

        Assert.All(answers, static answer => Assert.Equal(200, answer.Status));
        Assert.Equal(8, stored["alias"]!.AsArray().Count);
    }

    [Fact]
    public async Task An_entry_of_a_batch_that_fails_harms_no_other_one()
    {
        var (status, answer) = await PostAsync("""
            {"resourceType":"Bundle","type":"batch","entry":[
            {"request":{"method":"GET","url":"Organization/a"}},
            {"resource":{"resourceType":"Organization","id":"a","name":"A"},"request":{"method":"PUT","url":"Organization/a"}},
            {"resource":{"resourceType":"Organization","name":1},"request":{"method":"POST","url":"Organization"}},
            {"request":{"method":"GET","url":"Organization/none"}},
            {"request":{"method":"DELETE","url":"Organization/none"}},
            {"request":{"method":"GET","url":"metadata"}},
            {"request":{"method":"POST","url":""}},
            {"request":{"method":"FETCH","url":"Organization/a"}},
            {},
            7,
            {"request":{"method":"GET","url":"Organization/a%00b"}},
            {"request":{"method":"GET","url":"Organization/a\u0000b"}}]}
            """);
        var entries = answer["entry"]!.AsArray();

        Assert.Equal((200, "batch-response"), (status, (string)answer["type"]!));
        Assert.Equal(
            [200, 201, 400, 404, 204, 200, 400, 405, 400, 400, 400, 400], entries.Select(static e => int.Parse(((string)e!["response"]!["status"]!)[..3], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal("Organization.name", (string)entries[2]!["response"]!["outcome"]!["issue"]![0]!["expression"]![0]!);
        Assert.Equal("CapabilityStatement", (string)entries[5]!["resource"]!["resourceType"]!);
    }

    [Theory]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"history\"}", 400)]
    [InlineData("{\"resourceType\":\"Patient\"}", 400)]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":{}}", 400)]
    [InlineData("[", 400)]
    public async Task Other_bodies_are_refused(string body, int status)
    {
        var (got, answer) = await PostAsync(body);

        Assert.Equal((status, "OperationOutcome"), (got, (string)answer["resourceType"]!));
    }

    [Fact]
    public async Task Entries_have_a_limit()
    {
        var (status, _) = await PostAsync("{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[" + string.Join(',', Enumerable.Repeat("{}", 501)) + "]}");

        Assert.Equal(413, status);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<(int Status, JsonNode Answer)> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
        using var response = await _site.Client.PostAsync(new Uri("", UriKind.Relative), content, Cancel);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!);
    }
}
