using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Integration.Fhir;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Store.Saving;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>
/// Writes that find their resource by criteria (FHIR R4 http.html 3.1.0.8.1), also when many do so at once. With <c>CLOUDPACS_LONG=1</c>
/// 10,000 race for one identifier.
/// </summary>
public sealed class ConditionalWriteTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private static readonly int Tries = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 10_000 : 300;

    /// <summary>o1 has identifier 1, o2 and o3 have identifier 2, and there is nothing else.</summary>
    private async Task PrepareAsync(FhirDatabaseSite site)
    {
        await using var clear = Database.CreateCommand("TRUNCATE fhir_resource, fhir_history, fhir_index, fhir_index_date, fhir_index_quantity");
        await clear.ExecuteNonQueryAsync(Cancel);
        foreach (var (id, identifier) in new[] { ("o1", "1"), ("o2", "2"), ("o3", "2") })
            (await SendAsync(site, "PUT", $"Organization/{id}", Organization(identifier, id))).EnsureSuccessStatusCode();
    }

    private static readonly (string Method, string Query, string? IfNoneExist, string? Id, int Status, string? Told)[] Cases =
    [
        ("POST", "", "identifier=urn:x|9", null, 201, null),
        ("POST", "", "?identifier=urn:x|1", null, 200, "o1/_history/1"),
        ("POST", "", "Organization?identifier=1&name=one", null, 200, "o1/_history/1"),
        ("POST", "", "identifier=2", null, 412, "multiple-matches"),
        ("POST", "", "identifier=2&_id=o3", null, 200, "o3/_history/1"),
        ("POST", "", "", null, 400, "required"),
        ("POST", "", "colour=red", null, 400, "http.colour"),
        ("POST", "", "identifier=", null, 400, "http.identifier"),
        ("POST", "", "identifier=1&_count=1", null, 400, "http._count"),
        ("POST", "", "partof.name=x", null, 400, "http.partof.name"),
        ("POST", "", "name=no&active:not=true", null, 201, null),
        ("POST", "", "active:not=true", null, 400, "too-costly"),
        ("PUT", "?identifier=9", null, null, 201, null),
        ("PUT", "?identifier=9", null, "free", 201, "free/_history/1"),
        ("PUT", "?identifier=9", null, "o1", 409, "conflict"),
        ("PUT", "?identifier=1&_format=json", null, null, 200, "o1/_history/2"),
        ("PUT", "?identifier=1", null, "o1", 200, "o1/_history/2"),
        ("PUT", "?identifier=1", null, "o2", 400, "another id"),
        ("PUT", "?identifier=2", null, null, 412, "multiple-matches"),
        ("PUT", "", null, null, 400, "required"),
        ("PATCH", "?identifier=9", null, null, 404, "not-found"),
        ("PATCH", "?identifier=1", null, null, 200, "o1/_history/2"),
        ("PATCH", "?identifier=2", null, null, 412, "multiple-matches"),
        ("DELETE", "?identifier=9", null, null, 204, null),
        ("DELETE", "?identifier=1", null, null, 204, "o1"),
        ("DELETE", "?identifier=2", null, null, 412, "multiple-matches"),
        ("DELETE", "", null, null, 412, "required"),
        ("DELETE", "?_sort=name", null, null, 400, "http._sort"),
    ];

    [Fact]
    public async Task None_one_or_many_meet_the_criteria()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        foreach (var (method, query, ifNoneExist, id, status, told) in Cases)
        {
            await PrepareAsync(site);
            var body = method == "PATCH" ? """[{"op":"add","path":"/name","value":"patched"}]""" : method == "DELETE" ? null : Organization("9", id, "new");

            using var response = await SendAsync(site, method, "Organization" + query, body, ifNoneExist);
            var text = await response.Content.ReadAsStringAsync(Cancel);

            Assert.True(status == (int)response.StatusCode, $"{method} {query} {ifNoneExist} {(int)response.StatusCode} {text}");
            if (method == "DELETE" && told == "o1")
                Assert.Equal("o2 o3", await ScalarAsync<string>("SELECT string_agg(id, ' ' ORDER BY id) FROM fhir_resource WHERE NOT deleted"));
            else if (told is not null && status < 300)
                Assert.EndsWith($"/fhir/Organization/{told}", response.Headers.Location!.ToString(), StringComparison.Ordinal);
            else if (told is not null)
                Assert.Contains(told, text, StringComparison.Ordinal);
            if (status is 400 or 409 or 412)
                Assert.Equal(3, await ScalarAsync<long>("SELECT count(*) FROM fhir_resource WHERE version = 1"));
        }
    }

    [Fact]
    public async Task A_delete_takes_several_where_that_is_the_policy()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids, mostDeleted: 2);
        for (var i = 0; i < 5; i++) (await SendAsync(site, "PUT", $"Organization/o{i}", Organization(i < 3 ? "a" : "b", $"o{i}"))).Dispose();

        using var many = await SendAsync(site, "DELETE", "Organization?identifier=a", null);
        using var two = await SendAsync(site, "DELETE", "Organization?identifier=b", null);

        Assert.Equal((HttpStatusCode.PreconditionFailed, HttpStatusCode.NoContent), (many.StatusCode, two.StatusCode));
        Assert.Equal("o0 o1 o2", await ScalarAsync<string>("SELECT string_agg(id, ' ' ORDER BY id) FROM fhir_resource WHERE NOT deleted"));
        Assert.Equal(2, await ScalarAsync<long>("SELECT count(*) FROM audit_event WHERE action = 'resource.deleted'"));
    }

    [Fact]
    public async Task A_transaction_finds_what_is_stored_and_what_it_makes_itself()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        await PrepareAsync(site);
        using var response = await SendAsync(site, "POST", "", Bundle("transaction",
            Entry("POST", "Location", """{"resourceType":"Location","managingOrganization":{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"},"partOf":{"reference":"Location?identifier=room"}}"""),
            Entry("POST", "Organization", Organization("1", null), "urn:uuid:11111111-1111-4111-8111-111111111111", "identifier=1"),
            Entry("PUT", "Location?identifier=room", """{"resourceType":"Location","identifier":[{"value":"room"}],"managingOrganization":{"reference":"Organization?identifier=new"}}"""),
            Entry("POST", "Organization", Organization("new", null), null, "identifier=new"),
            Entry("DELETE", "Organization?identifier=2&_id=o2", null)));
        var entries = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["entry"]!.AsArray();
        var made = (string)entries[3]!["resource"]!["id"]!;
        var room = (string)entries[2]!["resource"]!["id"]!;

        Assert.Equal(["201", "200", "201", "201", "204"], entries.Select(static entry => ((string)entry!["response"]!["status"]!)[..3]));
        Assert.Equal("Organization/o1", (string)entries[0]!["resource"]!["managingOrganization"]!["reference"]!);
        Assert.Equal($"Location/{room}", (string)entries[0]!["resource"]!["partOf"]!["reference"]!);
        Assert.Equal($"Organization/{made}", (string)entries[2]!["resource"]!["managingOrganization"]!["reference"]!);
        Assert.EndsWith("Organization/o1/_history/1", (string)entries[1]!["response"]!["location"]!, StringComparison.Ordinal);
    }

    private static readonly (string Entry, int Status, string Code, string Place)[] Refused =
    [
        ("""{"resource":{"resourceType":"Location","managingOrganization":{"reference":"Organization?identifier=2"}},"request":{"method":"POST","url":"Location"}}""", 412, "multiple-matches", "Bundle.entry[1].resource"),
        ("""{"resource":{"resourceType":"Location","managingOrganization":{"reference":"Organization?identifier=9"}},"request":{"method":"POST","url":"Location"}}""", 412, "not-found", "Bundle.entry[1].resource"),
        ("""{"resource":{"resourceType":"Location","managingOrganization":{"reference":"Organization?colour=9"}},"request":{"method":"POST","url":"Location"}}""", 400, "not-supported", "Bundle.entry[1].resource"),
        ("""{"resource":{"resourceType":"Location","managingOrganization":{"reference":"Location?identifier=9"}},"request":{"method":"POST","url":"Location"}}""", 400, "value", "Bundle.entry[1].resource.managingOrganization"),
        ("""{"resource":{"resourceType":"Organization","name":"x"},"request":{"method":"POST","url":"Organization","ifNoneExist":"identifier=2"}}""", 412, "multiple-matches", "Bundle.entry[1]"),
        ("""{"resource":{"resourceType":"Organization","name":"x"},"request":{"method":"PUT","url":"Organization?identifier=new"}}""", 400, "duplicate", "Bundle.entry[1]"),
        ("""{"resource":{"resourceType":"Organization","name":"x"},"request":{"method":"PUT","url":"Organization?identifier=1","ifMatch":"W/\"2\""}}""", 412, "conflict", "Bundle.entry[1]"),
        ("""{"request":{"method":"DELETE","url":"Organization?identifier=2"}}""", 412, "multiple-matches", "Bundle.entry[1]"),
    ];

    [Fact]
    public async Task A_transaction_whose_criteria_are_not_met_as_they_should_be_changes_nothing()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        await PrepareAsync(site);
        foreach (var (entry, status, code, place) in Refused)
        {
            using var response = await SendAsync(site, "POST", "", Bundle("transaction", Entry("POST", "Organization", Organization("new", null)), entry));
            var issue = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["issue"]![0]!;

            Assert.Equal((status, code, place), ((int)response.StatusCode, (string)issue["code"]!, (string)issue["expression"]![0]!));
        }

        Assert.Equal(3, await ScalarAsync<long>("SELECT count(*) FROM fhir_resource WHERE version = 1"));
    }

    [Fact]
    public async Task Of_all_that_race_for_one_identifier_over_two_engines_one_makes_the_resource()
    {
        var other = await WorkspaceStore.OpenAsync(Database, PostgresFixture.InRows, Ids, notifyAs: null, Cancel, static installation => new FhirIndex(installation, null, TimeZoneInfo.Utc));
        await using var first = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        await using var second = await FhirDatabaseSite.StartAsync(Database, other, Ids);
        var statuses = new ConcurrentDictionary<string, int>();
        var places = new ConcurrentDictionary<string, int>();
        await Parallel.ForAsync(0, Tries, new ParallelOptions { MaxDegreeOfParallelism = 48, CancellationToken = Cancel }, async (i, _) =>
        {
            var site = i % 2 == 0 ? first : second;
            var (way, response) = (i % 5) switch
            {
                0 => ("put", await SendAsync(site, "PUT", "Organization?identifier=urn:x|race&name=one", Organization("race", null))),
                1 => ("bundle", await SendAsync(site, "POST", "", Bundle("transaction", Entry("POST", "Organization", Organization("race", null), null, "identifier=race")))),
                _ => ("post", await SendAsync(site, "POST", "Organization", Organization("race", null), i % 3 == 0 ? "identifier=race" : "identifier=urn:x|race")),
            };
            using (response)
            {
                var text = await response.Content.ReadAsStringAsync(CancellationToken.None);
                Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {text}");
                var answer = way == "bundle" ? JsonNode.Parse(text)!["entry"]![0]!["response"]! : null;
                statuses.AddOrUpdate(answer is null ? $"{(int)response.StatusCode}" : ((string)answer["status"]!)[..3], 1, static (_, count) => count + 1);
                places.AddOrUpdate(answer is null ? response.Headers.Location!.Segments[3] : ((string)answer["location"]!).Split('/')[^3] + "/", 1, static (_, count) => count + 1);
            }
        });

        Assert.Equal(1, statuses["201"]);
        Assert.Equal(Tries - 1, statuses["200"]);
        Assert.Single(places);
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM fhir_resource"));
    }

    [Fact]
    public async Task What_others_make_and_delete_at_the_same_time_is_seen()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        for (var round = 0; round < 10; round++)
        {
            var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 4) switch
            {
                0 => SendAsync(site, "DELETE", $"Organization?identifier=r{round}", null),
                1 => SendAsync(site, "PUT", $"Organization/r{round}", Organization($"r{round}", $"r{round}")),
                _ => SendAsync(site, "POST", "Organization", Organization($"r{round}", null), $"identifier=r{round}"),
            }));
            // A plain update asks for no criteria: beside it one create may have made a resource, and two are told to those who come later.
            Assert.All(all, static response => Assert.True((int)response.StatusCode is 200 or 201 or 204 or 412, response.ToString()));
            foreach (var response in all) response.Dispose();
            var count = JsonNode.Parse(await site.Client.GetStringAsync(new Uri($"Organization?identifier=r{round}&_summary=count", UriKind.Relative), Cancel))!;
            Assert.InRange((int)count["total"]!, 0, 2);
        }
    }

    private static string Organization(string identifier, string? id, string name = "one") =>
        $$"""{"resourceType":"Organization"{{(id is null ? "" : $",\"id\":\"{id}\"")}},"name":"{{name}}","identifier":[{"system":"urn:x","value":"{{identifier}}"}]}""";

    private static string Bundle(string type, params IEnumerable<string> entries) =>
        $$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{string.Join(',', entries)}}]}""";

    private static string Entry(string method, string url, string? resource, string? fullUrl = null, string? ifNoneExist = null)
    {
        var entry = new JsonObject { ["request"] = new JsonObject { ["method"] = method, ["url"] = url } };
        if (resource is not null) entry["resource"] = JsonNode.Parse(resource);
        if (fullUrl is not null) entry["fullUrl"] = fullUrl;
        if (ifNoneExist is not null) entry["request"]!["ifNoneExist"] = ifNoneExist;
        return entry.ToJsonString();
    }

    private static async Task<HttpResponseMessage> SendAsync(FhirDatabaseSite site, string method, string path, string? body, string? ifNoneExist = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, method == "PATCH" ? "application/json-patch+json" : "application/fhir+json");
        if (ifNoneExist is not null) request.Headers.TryAddWithoutValidation("If-None-Exist", ifNoneExist);
        return await site.Client.SendAsync(request, Cancel);
    }
}
