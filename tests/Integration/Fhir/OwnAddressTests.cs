using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Integration.Tests.Store;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>References that have the address of this server in them are those to its own resources.</summary>
public sealed class OwnAddressTests(PostgresFixture postgres) : StoreTest(postgres)
{
    [Fact]
    public async Task What_is_written_and_searched_with_the_address_of_the_server_is_its_own()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        var own = site.Client.BaseAddress!.ToString();
        var (_, patient) = await SendAsync(site, HttpMethod.Post, "Patient", """{"resourceType":"Patient","identifier":[{"system":"urn:h","value":"1"}],"name":[{"family":"A"}]}""");
        var id = (string)patient["id"]!;

        // An order, of which the patient is a row of this server.
        var (made, order) = await SendAsync(site, HttpMethod.Post, "ServiceRequest", $$"""
            {"resourceType":"ServiceRequest","status":"active","intent":"order","subject":{"reference":"{{own}}Patient/{{id}}"},
            "orderDetail":[{"coding":[{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"MR"}]}]}
            """);
        Assert.True(made == 201, order.ToJsonString());
        Assert.Equal($"Patient/{id}", (string)order["subject"]!["reference"]!);

        // JSON may escape the slash; an address that is no reference stays.
        var (_, list) = await SendAsync(site, HttpMethod.Post, "List", $$"""
            {"resourceType":"List","status":"current","mode":"working","identifier":[{"system":"{{own}}ids","value":"1"}],
            "subject":{"reference":"{{own.Replace("/", "\\/", StringComparison.Ordinal)}}Patient\/{{id}}/_history/1"},
            "source":{"reference":"http://other.example/fhir/Practitioner/1"},"entry":[{"item":{"reference":"{{own}}metadata"} }]}
            """);
        Assert.Equal($"Patient/{id}/_history/1", (string)list["subject"]!["reference"]!);
        Assert.Equal($"{own}ids", (string)list["identifier"]![0]!["system"]!);
        Assert.Equal("http://other.example/fhir/Practitioner/1", (string)list["source"]!["reference"]!);
        Assert.Equal($"{own}metadata", (string)list["entry"]![0]!["item"]!["reference"]!);
        var (_, bundle) = await SendAsync(site, HttpMethod.Post, "", $$"""
            {"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"PUT","url":"List/l1"},
            "resource":{"resourceType":"List","id":"l1","status":"current","mode":"working","subject":{"reference":"{{own}}Patient/{{id}}"} } }]}
            """);
        Assert.StartsWith("201", (string)bundle["entry"]![0]!["response"]!["status"]!, StringComparison.Ordinal);
        var (_, patched) = await SendAsync(
            site, HttpMethod.Patch, "List/l1", $$"""[{"op":"add","path":"/source","value":{"reference":"{{own}}Patient/{{id}}"} }]""", "application/json-patch+json");
        Assert.Equal($"Patient/{id}", (string)patched["source"]!["reference"]!);

        var (marked, _) = await SendAsync(
            site, HttpMethod.Post, "List", "\uFEFF" + """{"resourceType":"List","status":"current","mode":"working","title":"a\"?","note":[{"text":"b"}]}""");
        Assert.Equal(201, marked);

        foreach (var search in new[]
        {
            $"ServiceRequest?subject={own}Patient/{id}", $"ServiceRequest?patient={id},{own}Patient/{id}", $"?_type=ServiceRequest,Task&patient={own}Patient/{id}&_type=ServiceRequest",
            $"List?source={own}Patient/{id}", $"Patient?_has:List:source:subject={own}Patient/{id}",
        })
        {
            var found = JsonNode.Parse(await site.Client.GetStringAsync(search, Cancel))!;
            Assert.NotEqual((search, 0), (search, (int)found["total"]!));
        }
    }

    private static async Task<(int Status, JsonNode Body)> SendAsync(
        FhirDatabaseSite site, HttpMethod method, string path, string body, string type = "application/fhir+json")
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, type) };
        using var answer = await site.Client.SendAsync(request, Cancel);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!);
    }
}
