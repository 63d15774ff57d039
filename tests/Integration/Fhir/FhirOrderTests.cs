using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Integration.Tests.Store;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>Orders over HTTP on a real database: all that a command looks for is locked and read before.</summary>
public sealed class FhirOrderTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private const string Order = """
        {"resourceType":"Bundle","type":"transaction","entry":[
         {"fullUrl":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000001","request":{"method":"POST","url":"Patient"},"resource":
          {"resourceType":"Patient","identifier":[{"system":"urn:oid:1.2.3","value":"MRN1"}],"name":[{"family":"SHARMA","given":["RAHUL"]}],"birthDate":"1980-01-01"}},
         {"fullUrl":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000002","request":{"method":"POST","url":"Encounter"},"resource":
          {"resourceType":"Encounter","status":"planned","class":{"code":"AMB"},"identifier":[{"system":"urn:oid:1.2.4","value":"VN1"}],"subject":{"reference":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000001"}}},
         {"fullUrl":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000003","request":{"method":"POST","url":"ServiceRequest"},"resource":
          {"resourceType":"ServiceRequest","status":"active","intent":"order","identifier":[{"system":"urn:oid:1.2.5","value":"P1"}],
           "subject":{"reference":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000001"},"encounter":{"reference":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000002"},
           "code":{"coding":[{"code":"CTCHEST","display":"CT Chest"}]},"orderDetail":[{"coding":[{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"CT"}]}],
           "occurrenceDateTime":"2026-03-10T09:30:00+05:30"}},
         {"request":{"method":"POST","url":"DocumentReference"},"resource":
          {"resourceType":"DocumentReference","status":"current","subject":{"reference":"urn:uuid:5b1f7a3e-0000-4000-8000-000000000001"},"content":[{"attachment":{"title":"Letter"}}]}}]}
        """;

    [Fact]
    public async Task An_order_is_placed_held_by_its_status_changed_booked_and_placed_again_as_the_same()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);

        var (status, answer) = await SendAsync(site, HttpMethod.Post, "", Order);
        Assert.Equal(HttpStatusCode.OK, status);
        var request = answer["entry"]![2]!["resource"]!.AsObject();
        var patient = (string)answer["entry"]![0]!["resource"]!["id"]!;
        Assert.All(answer["entry"]!.AsArray(), static entry => Assert.StartsWith("201", (string?)entry!["response"]!["status"], StringComparison.Ordinal));
        Assert.Equal($"Patient/{patient}", (string?)answer["entry"]![3]!["resource"]!["subject"]!["reference"]);
        Assert.Equal($"Patient/{patient}", (string?)request["subject"]!["reference"]);

        request["status"] = "on-hold";
        request["priority"] = "stat";
        (status, answer) = await SendAsync(site, HttpMethod.Put, $"ServiceRequest/{request["id"]}", request.ToJsonString());
        Assert.Equal((HttpStatusCode.OK, "on-hold", "stat"), (status, (string?)answer["status"], (string?)answer["priority"]));

        var (_, tasks) = await SendAsync(site, HttpMethod.Get, $"Task?focus=ServiceRequest/{request["id"]}", null);
        var task = tasks["entry"]![0]!["resource"]!.AsObject();
        Assert.Equal("on-hold", (string?)task["status"]);
        task["status"] = "ready";
        (status, answer) = await SendAsync(site, HttpMethod.Put, $"Task/{task["id"]}", task.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, status);

        var booking = $$$"""
            {"resourceType":"Appointment","status":"booked","start":"2026-03-12T11:00:00Z","end":"2026-03-12T11:30:00Z","basedOn":[{"reference":"ServiceRequest/{{{request["id"]}}}"}],
             "participant":[{"actor":{"reference":"Patient/{{{patient}}}"},"status":"accepted"}]}
            """;
        (status, _) = await SendAsync(site, HttpMethod.Post, "Appointment", booking);
        Assert.Equal(HttpStatusCode.Created, status);

        (status, answer) = await SendAsync(site, HttpMethod.Post, "", Order);
        Assert.Equal(
            [$"Patient/{patient}", $"ServiceRequest/{request["id"]}"],
            new[] { 0, 2 }.Select(i => answer["entry"]![i]!["resource"]!).Select(static resource => $"{resource["resourceType"]}/{resource["id"]}"));
        Assert.Equal((1L, 1L, 1L), (await CountAsync("patient"), await CountAsync("imaging_order"), await CountAsync("scheduled_procedure_step")));

        request["subject"]!["reference"] = "Patient/other";
        (status, answer) = await SendAsync(site, HttpMethod.Put, $"ServiceRequest/{request["id"]}", request.ToJsonString());
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "ServiceRequest.subject"), (status, (string?)answer["issue"]![0]!["expression"]![0]));
    }

    [Fact]
    public async Task An_order_names_an_encounter_that_there_is()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        var (_, placed) = await SendAsync(site, HttpMethod.Post, "", Order);
        var (patient, encounter) = ((string)placed["entry"]![0]!["resource"]!["id"]!, (string)placed["entry"]![1]!["resource"]!["id"]!);
        foreach (var (named, expected) in new[]
        {
            ("Encounter/nope", HttpStatusCode.UnprocessableEntity), ("Encounter/0198f000-0000-7000-8000-000000000001", HttpStatusCode.UnprocessableEntity),
            ($"Encounter/{encounter}", HttpStatusCode.Created), ("https://other.test/fhir/Encounter/1", HttpStatusCode.Created),
        })
        {
            var (status, answer) = await SendAsync(site, HttpMethod.Post, "ServiceRequest", OrderOf(patient, named));
            Assert.Equal((named, expected), (named, status));
            if (expected == HttpStatusCode.Created) continue;
            Assert.Equal(("not-found", "ServiceRequest.encounter"), ((string?)answer["issue"]![0]!["code"], (string?)answer["issue"]![0]!["expression"]![0]));
        }

        var order = placed["entry"]![2]!["resource"]!.AsObject();
        order["encounter"]!["reference"] = "Encounter/nope";
        var (refused, _) = await SendAsync(site, HttpMethod.Put, $"ServiceRequest/{order["id"]}", order.ToJsonString());
        Assert.Equal((HttpStatusCode.UnprocessableEntity, 3L), (refused, await CountAsync("imaging_order")));
    }

    [Fact]
    public async Task The_numbers_that_an_order_is_given_have_a_system()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        var (_, placed) = await SendAsync(site, HttpMethod.Post, "", Order);
        var order = placed["entry"]![2]!["resource"]!.AsObject();
        var numbers = NumbersOf(order);
        Assert.Equal(["accession", "filler", "placer"], numbers.Keys.Order());
        Assert.Equal("urn:oid:1.2.5", numbers["placer"].System);
        Assert.EndsWith("/FHIR", numbers["accession"].System, StringComparison.Ordinal);
        Assert.Equal(numbers["accession"], numbers["filler"]);

        // The same order comes again and is changed, and its numbers stay.
        order["priority"] = "stat";
        var (status, changed) = await SendAsync(site, HttpMethod.Put, $"ServiceRequest/{order["id"]}", order.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(numbers, NumbersOf(changed));
        await SendAsync(site, HttpMethod.Post, "", Order);
        Assert.Equal(1L, await CountAsync("imaging_order"));

        static Dictionary<string, (string System, string Value)> NumbersOf(JsonObject order) => order["identifier"]!.AsArray()
            .Select(static one => (Role: ((string?)one!["type"]?["coding"]?[0]?["code"] ?? "PLAC") switch { "FILL" => "filler", "ACSN" => "accession", "PLAC" => "placer", _ => "" }, one))
            .Where(static one => one.Role.Length > 0 && (string)one.one!["system"]! is { } system && system != "urn:dicom:uid" && !system.EndsWith("/requested-procedure-id", StringComparison.Ordinal))
            .ToDictionary(static one => one.Role, static one => ((string)one.one!["system"]!, (string)one.one["value"]!));
    }

    private static string OrderOf(string patient, string encounter) => $$$"""
        {"resourceType":"ServiceRequest","status":"active","intent":"order","subject":{"reference":"Patient/{{{patient}}}"},"encounter":{"reference":"{{{encounter}}}"},
         "code":{"coding":[{"code":"CTCHEST","display":"CT Chest"}]},"orderDetail":[{"coding":[{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"CT"}]}],
         "occurrenceDateTime":"2026-03-10T09:30:00+05:30"}
        """;

    private Task<long> CountAsync(string table) => ScalarAsync<long>($"SELECT count(*) FROM {table}");

    private static async Task<(HttpStatusCode Status, JsonObject Answer)> SendAsync(FhirDatabaseSite site, HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
        using var response = await site.Client.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        return (response.StatusCode, JsonNode.Parse(text)!.AsObject());
    }
}
