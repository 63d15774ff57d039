using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using CloudPacs.Integration.Tests.Store;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>What was written through the endpoint stands in its histories, on a real database.</summary>
public sealed class FhirHistoryTests(PostgresFixture postgres) : StoreTest(postgres)
{
    [Fact]
    public async Task What_was_done_stands_in_the_histories_of_resource_type_and_system()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        foreach (var (method, path, body) in new (HttpMethod, string, string?)[]
        {
            (HttpMethod.Put, "Organization/o1", """{"resourceType":"Organization","id":"o1","name":"A","active":true}"""),
            (HttpMethod.Put, "Organization/o1", """{"resourceType":"Organization","id":"o1","name":"B","active":true}"""),
            (HttpMethod.Delete, "Organization/o1", null),
            (HttpMethod.Put, "Location/l1", """{"resourceType":"Location","id":"l1","name":"C"}"""),
        })
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
            using var response = await site.Client.SendAsync(request, Cancel);
            Assert.True(response.IsSuccessStatusCode);
        }

        string[] organization = ["DELETE Organization/o1 3", "PUT Organization/o1 2", "PUT Organization/o1 1"];
        Assert.Equal(organization, await WalkAsync(site, "Organization/o1/_history"));
        Assert.Equal(organization, await WalkAsync(site, "Organization/_history?_count=1"));
        Assert.Equal(["PUT Location/l1 1", .. organization], await WalkAsync(site, "_history?_count=3&_elements=name"));
        Assert.Equal([], await WalkAsync(site, "Location/l1/_history?_since=2100-01-01T00:00:00Z"));
        XNamespace fhir = "http://hl7.org/fhir";
        var xml = XElement.Parse(await site.Client.GetStringAsync(new Uri("_history?_format=xml&_elements=name", UriKind.Relative), Cancel));
        Assert.Equal(["C", "B", "A"], xml.Elements(fhir + "entry").Elements(fhir + "resource").Elements().Select(resource => (string?)resource.Element(fhir + "name")?.Attribute("value")));
        Assert.Contains("Organization/_history\">Organization</a></td><td>0</td>", await site.Client.GetStringAsync(new Uri("?_format=html", UriKind.Relative), Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_ends_when_it_is_large_and_the_next_one_goes_on()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        var note = $$"""{"text":"{{new string('n', 1_000_000)}}"}""";
        var ids = Enumerable.Range(1, 6).Select(static number => $"l{number}").ToList();
        foreach (var id in ids)
        {
            var body = $$"""{"resourceType":"List","id":"{{id}}","status":"current","mode":"working","note":[{{string.Join(',', Enumerable.Repeat(note, 15))}}]}""";
            using var content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
            using var response = await site.Client.PutAsync(new Uri("List/" + id, UriKind.Relative), content, Cancel);
            Assert.True(response.IsSuccessStatusCode);
        }

        var first = JsonNode.Parse(await site.Client.GetStringAsync(new Uri("List/_history?_count=1000", UriKind.Relative), Cancel))!;
        Assert.Equal((6, 5), ((int)first["total"]!, first["entry"]!.AsArray().Count));
        Assert.Equal(ids.AsEnumerable().Reverse().Select(static id => $"PUT List/{id} 1"), await WalkAsync(site, "List/_history?_count=1000"));
    }

    /// <summary>The entries of all pages: what was done, to what, and which version came of it.</summary>
    private static async Task<List<string>> WalkAsync(FhirDatabaseSite site, string path)
    {
        var (entries, next) = (new List<string>(), (string?)path);
        while (next is not null)
        {
            var bundle = JsonNode.Parse(await site.Client.GetStringAsync(new Uri(next, UriKind.RelativeOrAbsolute), Cancel))!;
            foreach (var entry in bundle["entry"]?.AsArray() ?? [])
            {
                Assert.Equal(((string)entry!["request"]!["method"]!) == "DELETE", entry["resource"] is null);
                entries.Add($"{entry["request"]!["method"]} {entry["request"]!["url"]} {((string)entry["response"]!["etag"]!)[3..^1]}");
            }

            next = (string?)bundle["link"]!.AsArray().SingleOrDefault(static link => (string)link!["relation"]! == "next")?["url"];
        }

        return entries;
    }
}
