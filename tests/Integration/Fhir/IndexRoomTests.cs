using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using CloudPacs.Integration.Tests.Store;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>What a client writes puts no more into the search index than all others can wait for.</summary>
public sealed class IndexRoomTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private const int TooMany = 31_000;

    [Fact]
    public async Task A_write_that_would_be_found_by_too_much_is_refused()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);

        await RefusedAsync(site, HttpMethod.Post, "Organization", Organization(TooMany), "Organization");
        // A composite has each value of one list with each of the other.
        await RefusedAsync(site, HttpMethod.Post, "Group", Group(1000, $$"""{"coding":[{{Codings(1000)}}]}"""), "Group");
        // The second list is walked through for each value of the first, whether or not it has something to be found by.
        var filling = string.Join(',', Enumerable.Repeat("""{"url":"urn:x","valueString":"some text"}""", 50_000));
        var watch = Stopwatch.StartNew();
        await RefusedAsync(site, HttpMethod.Post, "Group", Group(20_000, $$"""{"extension":[{{filling}}],"text":"x"}"""), "Group");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"It took {watch.Elapsed}.");

        using (var enough = await SendAsync(site, HttpMethod.Post, "Organization", Organization(2000)))
            Assert.Equal(HttpStatusCode.Created, enough.StatusCode);
        using (var one = await SendAsync(site, HttpMethod.Put, "Organization/o1", """{"resourceType":"Organization","id":"o1","alias":["a"]}"""))
            Assert.Equal(HttpStatusCode.Created, one.StatusCode);
        var patch = $$"""[{"op":"replace","path":"/alias","value":[{{Aliases(TooMany)}}]}]""";
        await RefusedAsync(site, HttpMethod.Patch, "Organization/o1", patch, "Organization", "application/json-patch+json");
        await RefusedAsync(site, HttpMethod.Post, "", Transaction(TooMany / 2, 10, TooMany / 2), "Bundle.entry[2].resource");
        Assert.Equal("1", JsonDocument.Parse(await site.Client.GetStringAsync("Organization/o1", Cancel)).RootElement
            .GetProperty("meta").GetProperty("versionId").GetString());
    }

    private static string Transaction(params int[] aliases) =>
        $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', aliases.Select(static count =>
            $$"""{"request":{"method":"POST","url":"Organization"},"resource":{{Organization(count)}}}"""))}}]}""";

    private static string Organization(int aliases) => $$"""{"resourceType":"Organization","alias":[{{Aliases(aliases)}}]}""";

    private static string Aliases(int count) => string.Join(',', Enumerable.Range(0, count).Select(static i => $"\"alias {i}\""));

    private static string Codings(int count) => string.Join(',', Enumerable.Range(0, count).Select(static i => $$"""{"code":"c{{i}}"}"""));

    private static string Group(int codings, string value) => $$"""
        {"resourceType":"Group","type":"person","actual":false,
        "characteristic":[{"code":{"coding":[{{Codings(codings)}}]},"valueCodeableConcept":{{value}},"exclude":false}]}
        """;

    private static async Task RefusedAsync(
        FhirDatabaseSite site, HttpMethod method, string path, string body, string expression, string type = "application/fhir+json")
    {
        using var answer = await SendAsync(site, method, path, body, type);
        using var outcome = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var issue = outcome.RootElement.GetProperty("issue")[0];
        Assert.Equal("too-costly", issue.GetProperty("code").GetString());
        Assert.Equal(expression, issue.GetProperty("expression")[0].GetString());
    }

    private static async Task<HttpResponseMessage> SendAsync(
        FhirDatabaseSite site, HttpMethod method, string path, string body, string type = "application/fhir+json")
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, type) };
        return await site.Client.SendAsync(request);
    }
}
