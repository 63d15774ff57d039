using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Store.Fhir;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>Answers with large resources end in time, and what is left out is had by the next page, or is told.</summary>
public sealed class LargePageTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private const int Size = 15_000_000;

    private static readonly string[] Names = ["l1", "l2", "l3", "l4", "l5", "l6"];

    /// <summary>Searches with what they find, in order; of each the second page begins where the first one had 64 MB.</summary>
    private static readonly (string Search, string Found)[] Searches =
    [
        ("List?_count=1000", "l6 l5 l4 l3 l2 l1"),
        ("List?_count=1000&_sort=_id&code=large", "l1 l2 l3 l4 l5 l6"),
        ("List?_count=5&_sort=date", "l6 l5 l4 l3 l2 l1"),
        ("Device/d/List?_count=1000&_sort=-_id", "l6 l5 l4 l3 l2 l1"),
        ("Device/d/*?_count=1000&_type=List,Observation", "l6 l5 l4 l3 l2 l1"),
        ("?_type=Device,List&_count=1000", "d l6 l5 l4 l3 l2 l1"),
        ("?_type=List,Device&_count=1000", "l6 l5 l4 l3 l2 l1 d"),
    ];

    [Fact]
    public async Task Pages_end_when_they_are_large_and_the_next_one_goes_on()
    {
        await using var site = await FilledAsync();
        foreach (var (search, found) in Searches)
        {
            var (ids, next, pages) = (new List<string>(), (string?)search, 0);
            while (next is not null)
            {
                var bundle = await GetAsync(site, next);
                Assert.True(bundle["entry"]!.AsArray().Count is > 0 and <= 6);
                ids.AddRange(bundle["entry"]!.AsArray().Select(static entry => (string)entry!["resource"]!["id"]!));
                next = (string?)bundle["link"]!.AsArray().SingleOrDefault(static link => (string)link!["relation"]! == "next")?["url"];
                pages++;
            }

            Assert.Equal((search, found, 2), (search, string.Join(' ', ids), pages));
        }

        // What is given beside the matches has no next page.
        var entries = (await GetAsync(site, "Device?_id=d&_revinclude=List:source"))["entry"]!.AsArray();
        Assert.Equal(
            ["match", "include", "include", "include", "include", "include", "outcome"],
            entries.Select(static entry => (string)entry!["search"]!["mode"]!));
        Assert.Contains("64 MB", (string)entries[^1]!["resource"]!["issue"]![0]!["diagnostics"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_request_has_more_than_one_may_and_all_together_no_more_than_there_is_room_for()
    {
        await using var site = await FilledAsync();
        var gets = Enumerable.Range(0, 12).Select(static i => $$$"""{"request":{"method":"GET","url":"List/{{{Names[i % 6]}}}"}}""");
        using var content = new StringContent($$"""{"resourceType":"Bundle","type":"batch","entry":[{{string.Join(',', gets)}}]}""", Encoding.UTF8, "application/fhir+json");
        using var answer = await site.Client.PostAsync(new Uri("", UriKind.Relative), content, Cancel);
        var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["entry"]!.AsArray().Select(static entry => ((string)entry!["response"]!["status"]!)[..3]).Order();
        Assert.Equal([.. Enumerable.Repeat("200", 8), .. Enumerable.Repeat("422", 4)], told);

        await using var small = await FhirDatabaseSite.StartAsync(Database, Store, Ids, room: new ContentRoom(50_000_000));
        for (var i = 0; i < 3; i++)
        {
            using var large = await small.Client.GetAsync(new Uri("List?_count=1000", UriKind.Relative), Cancel);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, 2), (large.StatusCode, large.Headers.RetryAfter!.Delta!.Value.TotalSeconds));
            Assert.Equal(3, (await GetAsync(small, "List?_count=2&_elements=code&_total=none&_include=List:source"))["entry"]!.AsArray().Count);
            Assert.Equal("l1", (string)(await GetAsync(small, "List/l1"))["id"]!);
        }

        using var versions = await small.Client.GetAsync(new Uri("List/_history?_count=1000", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, versions.StatusCode);

        // Criteria that too much meets delete nothing.
        await using var deleting = await FhirDatabaseSite.StartAsync(Database, Store, Ids, mostDeleted: 100);
        using var refused = await deleting.Client.DeleteAsync(new Uri("List?code=large", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.UnprocessableContent, refused.StatusCode);
        Assert.Equal(6, (int)(await GetAsync(site, "List?_summary=count"))["total"]!);
    }

    private async Task<FhirDatabaseSite> FilledAsync()
    {
        var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        await PutAsync("Device/d", """{"resourceType":"Device","id":"d"}""");
        var text = new string('n', Size / 15);
        var notes = string.Join(',', Enumerable.Repeat($$"""{"text":"{{text}}"}""", 15));
        foreach (var id in Names)
            await PutAsync("List/" + id, $$"""{"resourceType":"List","id":"{{id}}","status":"current","mode":"working","code":{"coding":[{"code":"large"}]},"source":{"reference":"Device/d"},"note":[{{notes}}]}""");
        return site;

        async Task PutAsync(string path, string body)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
            using var response = await site.Client.PutAsync(new Uri(path, UriKind.Relative), content, Cancel);
            Assert.True(response.IsSuccessStatusCode);
        }
    }

    private static async Task<JsonNode> GetAsync(FhirDatabaseSite site, string path) =>
        JsonNode.Parse(await site.Client.GetStringAsync(new Uri(path, UriKind.RelativeOrAbsolute), Cancel))!;
}
