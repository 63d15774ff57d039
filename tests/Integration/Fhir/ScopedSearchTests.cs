using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Integration.Tests.Store;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>Searches of a compartment, of several types, and of a List (FHIR R4 http.html 3.1.0.9, search.html).</summary>
public sealed class ScopedSearchTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private static readonly string[] Resources =
    [
        """{"resourceType":"Practitioner","id":"p","name":[{"family":"A"}]}""", """{"resourceType":"PractitionerRole","id":"r","practitioner":{"reference":"Practitioner/p"}}""",
        """{"resourceType":"PractitionerRole","id":"other","practitioner":{"reference":"Practitioner/q"}}""",
        """{"resourceType":"Consent","id":"c1","status":"active","scope":{"text":"x"},"category":[{"text":"y"}],"policyRule":{"text":"z"},"patient":{"reference":"Patient/1"}}""",
        """{"resourceType":"Consent","id":"c2","status":"active","scope":{"text":"x"},"category":[{"text":"y"}],"policyRule":{"text":"z"},"patient":{"reference":"Patient/2"}}""",
        """{"resourceType":"List","id":"l1","status":"current","mode":"working","subject":{"reference":"Patient/1"},"entry":[{"item":{"reference":"Consent/c2"}},{"item":{"reference":"PractitionerRole/r"}}]}""",
        """{"resourceType":"Group","id":"g","type":"person","actual":true,"member":[{"entity":{"reference":"Patient/1"}}]}""",
    ];

    private static readonly (string Search, string Found)[] Searches =
    [
        ("Patient/1/Consent", "Consent/c1"), ("Patient/2/Consent?status=active&_sort=date", "Consent/c2"), ("Patient/3/Consent", ""), ("Patient/1/Consent?status=inactive", ""),
        ("Patient/1/*", "Consent/c1 Group/g List/l1"), ("Patient/1/*?_type=List,Consent", "Consent/c1 List/l1"), ("Practitioner/p/*", "Practitioner/p PractitionerRole/r"),
        ("Practitioner/q/PractitionerRole", "PractitionerRole/other"), ("?_type=Consent,Group", "Consent/c1 Consent/c2 Group/g"), ("?_type=Consent,List&_lastUpdated=gt2020&_count=1", "Consent/c1 Consent/c2 List/l1"),
        ("?_type=Consent&status=active", "Consent/c1 Consent/c2"), ("Patient/1/*?_count=1", "Consent/c1 Group/g List/l1"),
        ("Consent?_list=l1", "Consent/c2"), ("PractitionerRole?_list=l1", "PractitionerRole/r"), ("Consent?_list=none", ""), ("Patient/1/Consent?_list=l1", ""),
        ("POST _search _type=Consent&_id=c1", "Consent/c1"), ("POST Patient/1/*/_search _type=Group", "Group/g"), ("POST Patient/1/Consent/_search status=active", "Consent/c1"),
    ];

    private static readonly (string Search, int Status, string Told)[] Refused =
    [
        ("?name=x", 400, "http._type"), ("?_type=Account", 400, "http._type"), ("?_type=Consent,Group&_sort=_id", 400, "http._sort"), ("?_type=Consent,List&period=2020", 400, "http.period"),
        ("Patient/1/Location", 404, "not-found"), ("Patient/1/*?_type=Location", 400, "http._type"), ("Organization/1/Consent", 404, "not-found"), ("Patient/a_b/Consent", 404, "not-found"),
        ("Consent?_list=$current-allergies", 400, "http._list"), ("?_type=Consent,Group&_page=x", 400, "http._page"),
    ];

    [Fact]
    public async Task Searches_find_what_is_in_their_scope_over_all_pages_and_others_are_refused()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        foreach (var json in Resources)
        {
            var resource = JsonNode.Parse(json)!;
            using var content = new StringContent(json, Encoding.UTF8, "application/fhir+json");
            (await site.Client.PutAsync($"{resource["resourceType"]}/{resource["id"]}", content, Cancel)).EnsureSuccessStatusCode();
        }

        foreach (var (search, found) in Searches) Assert.True(await FindAsync(site, search) is var actual && found == actual, $"{search}: {actual}");
        foreach (var (search, status, told) in Refused)
        {
            using var response = await site.Client.GetAsync(new Uri(search, UriKind.Relative), Cancel);
            var text = await response.Content.ReadAsStringAsync(Cancel);
            Assert.True((int)response.StatusCode == status && text.Contains($"\"{told}\"", StringComparison.Ordinal), $"{search}: {(int)response.StatusCode} {text}");
        }

        Assert.Equal(3, (int)(await GetAsync(site, "?_type=Consent,Group&_summary=count"))["total"]!);
        Assert.EndsWith("/fhir/Patient/1/Consent?status=active", (string)(await GetAsync(site, "Patient/1/Consent?status=active"))["link"]![0]!["url"]!, StringComparison.Ordinal);
    }

    private static async Task<string> FindAsync(FhirDatabaseSite site, string search)
    {
        var bundle = search.Split(' ') is ["POST", var path, var form] ? await PostAsync(site, path, form) : await GetAsync(site, search);
        var found = new List<string>();
        for (; ; bundle = await GetAsync(site, (string)bundle["link"]![1]!["url"]!))
        {
            found.AddRange((bundle["entry"]?.AsArray() ?? []).Select(static entry => $"{entry!["resource"]!["resourceType"]}/{entry["resource"]!["id"]}"));
            if (bundle["link"]!.AsArray().Count == 1) return string.Join(' ', found.Order(StringComparer.Ordinal));
        }
    }

    private static async Task<JsonNode> GetAsync(FhirDatabaseSite site, string path) => JsonNode.Parse(await site.Client.GetStringAsync(new Uri(path, UriKind.RelativeOrAbsolute), Cancel))!;

    private static async Task<JsonNode> PostAsync(FhirDatabaseSite site, string path, string form)
    {
        using var content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await site.Client.PostAsync(path, content, Cancel);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
    }
}
