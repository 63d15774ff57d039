using System.Text;
using System.Text.Json;
using CloudPacs.Integration.Tests.Store;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>Writes of resources that say which profile they meet.</summary>
public sealed class JudgedWriteTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private const string Profile = """
        {"resourceType":"StructureDefinition","url":"http://site.example/p","name":"P","status":"active","kind":"resource","abstract":false,"type":"Practitioner",
        "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Practitioner","derivation":"constraint","differential":{"element":[{"id":"Practitioner.birthDate","path":"Practitioner.birthDate","min":1}]}}
        """;

    [Fact]
    public async Task What_does_not_meet_the_profile_that_it_names_is_refused_where_the_site_wants_it_so()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids, judgesProfiles: true);
        await using var mild = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        await IsAsync(201, null, await SendAsync(site, HttpMethod.Post, "StructureDefinition", Profile));

        await IsAsync(422, "Practitioner", await SendAsync(site, HttpMethod.Post, "Practitioner", Practitioner("http://site.example/p")));
        await IsAsync(201, null, await SendAsync(mild, HttpMethod.Post, "Practitioner", Practitioner("http://site.example/p")));
        await IsAsync(201, null, await SendAsync(site, HttpMethod.Post, "Practitioner", Practitioner("http://site.example/p", ""","birthDate":"1970-01-01" """)));
        await IsAsync(201, null, await SendAsync(site, HttpMethod.Post, "Practitioner", Practitioner("http://site.example/not-known")));
        await IsAsync(201, null, await SendAsync(site, HttpMethod.Put, "Practitioner/a", """{"resourceType":"Practitioner","id":"a"}"""));

        // A patch and a tag make a resource too.
        const string Claim = """[{"op":"add","path":"/meta/profile","value":["http://site.example/p"]}]""";
        await IsAsync(422, "Practitioner", await SendAsync(site, HttpMethod.Patch, "Practitioner/a", Claim, "application/json-patch+json"));
        const string Meta = """{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"profile":["http://site.example/p"]}}]}""";
        await IsAsync(422, "Practitioner", await SendAsync(site, HttpMethod.Post, "Practitioner/a/$meta-add", Meta));

        // The invariants of its type hold with it, and none of a transaction is done.
        var transaction = $$"""
            {"resourceType":"Bundle","type":"transaction","entry":[
            {"request":{"method":"PUT","url":"Practitioner/b"},"resource":{"resourceType":"Practitioner","id":"b"} },
            {"request":{"method":"POST","url":"Practitioner"},"resource":{{Practitioner("http://site.example/p")}} }]}
            """;
        await IsAsync(422, "Bundle.entry[1].resource", await SendAsync(site, HttpMethod.Post, "", transaction));
        await IsAsync(404, null, await site.Client.GetAsync("Practitioner/b", Cancel));
    }

    private static string Practitioner(string profile, string more = "") =>
        $$"""{"resourceType":"Practitioner","meta":{"profile":["{{profile}}"]}{{more}} }""";

    private static async Task IsAsync(int status, string? expression, HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        answer.Dispose();
        Assert.True((int)answer.StatusCode == status, $"{status} was awaited: {answer.StatusCode} {body}");
        if (expression is null) return;
        using var outcome = JsonDocument.Parse(body);
        Assert.StartsWith(expression, outcome.RootElement.GetProperty("issue")[0].GetProperty("expression")[0].GetString(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        FhirDatabaseSite site, HttpMethod method, string path, string body, string type = "application/fhir+json")
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, type) };
        return await site.Client.SendAsync(request, Cancel);
    }
}
