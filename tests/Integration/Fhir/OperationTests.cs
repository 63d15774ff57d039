using System.Net;
using System.Text;
using System.Text.Json;
using CloudPacs.Fhir.Editing;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Integration.Fhir;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Workspaces;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>Operations over HTTP and a database (FHIR R4 operations.html).</summary>
public sealed class OperationTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private static readonly string[] Data =
    [
        """{"resourceType":"Organization","id":"o1","name":"St. Mary"}""",
        """{"resourceType":"Practitioner","id":"d1","name":[{"family":"House"}]}""",
        """{"resourceType":"Patient","id":"p1","identifier":[{"system":"urn:h","value":"1"}],"name":[{"family":"Okonkwo","given":["Ada"]}],"gender":"female","birthDate":"1970-03-01","managingOrganization":{"reference":"Organization/o1"}}""",
        """{"resourceType":"Patient","id":"p2","identifier":[{"system":"urn:h","value":"2"}],"name":[{"family":"Okonkwo","given":["Ada"]}],"gender":"female","birthDate":"1970-03-01"}""",
        """{"resourceType":"Patient","id":"p3","identifier":[{"system":"urn:h","value":"3"}],"name":[{"family":"Meyer"}],"birthDate":"1970-03-01"}""",
        """{"resourceType":"Encounter","id":"e1","status":"in-progress","class":{"code":"AMB"},"subject":{"reference":"Patient/p1"},"period":{"start":"2026-03-01"}}""",
        """{"resourceType":"ServiceRequest","id":"s1","status":"active","intent":"order","subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"},"requester":{"reference":"Practitioner/d1"},"occurrenceDateTime":"2026-03-02"}""",
        """{"resourceType":"ServiceRequest","id":"s2","status":"active","intent":"order","subject":{"reference":"Patient/p1"},"occurrenceDateTime":"2025-01-02"}""",
        """{"resourceType":"ServiceRequest","id":"s3","status":"active","intent":"order","subject":{"reference":"Patient/p2"}}""",
        """{"resourceType":"Consent","id":"c1","status":"active","scope":{"text":"x"},"category":[{"text":"x"}],"patient":{"reference":"Patient/p1"},"policyRule":{"text":"x"},"meta":{"tag":[{"system":"urn:t","code":"a"}]}}""",
        Observation("b1", "2026-01-01", "height"), Observation("b2", "2026-01-03", "height"), Observation("b3", "2026-01-02", "height"), Observation("b4", "2026-01-01", "weight"),
    ];

    [Fact]
    public async Task Operations_find_judge_and_change_what_is_stored()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        // Those of patients and orders follow from rows, which these have none of.
        var stored = Data.Select(Put).Select(static write => write.Decide(null, DateTimeOffset.UtcNow).Row!).ToList();
        var keys = new WorkspaceKeys();
        keys.Resources.UnionWith(stored.Select(static row => (row.Type, row.Id)));
        await InBatchAsync(keys, (workspace, _) => stored.ForEach(workspace.PutFhir));

        await EverythingAsync(site);
        await MatchesAsync(site);
        Assert.Equal(["b2", "b4"], await IdsAsync(site, "Observation/$lastn?patient=p1"));
        Assert.Equal(["b2", "b3"], await IdsAsync(site, "Observation/$lastn?patient=p1&max=2&code=height"));
        await RefusedAsync(site, "Observation/$lastn?code=height", 400, "required");
        await NamedAsync(site);
        await MetaAsync(site);
        await DefinitionsAsync(site);
        await AuditAsync(site);
        using var refused = await PostAsync(site, "Subscription", """{"resourceType":"Subscription","status":"requested","reason":"x","criteria":"Patient","channel":{"type":"rest-hook"}}""");
        Assert.Equal("business-rule", refused.RootElement.GetProperty("issue")[0].GetProperty("code").GetString());
    }

    /// <summary>What was done above is told, the latest first.</summary>
    private static async Task AuditAsync(FhirDatabaseSite site)
    {
        var all = await IdsAsync(site, "AuditEvent?_count=1000");
        Assert.Equal(all, all.Distinct());
        var consent = await IdsAsync(site, "AuditEvent?entity=Consent/c1&action=U");
        Assert.Equal(2, consent.Count);
        Assert.Equal(consent, await IdsAsync(site, $"AuditEvent?_id={consent[0]},{consent[1]}&subtype=http://hl7.org/fhir/restful-interaction|update&outcome=0&agent-name=fhir&type=rest&entity-role=4"));
        using var read = await GetAsync(site, $"AuditEvent/{consent[0]}");
        Assert.EndsWith("Consent/c1/_history/3", read.RootElement.GetProperty("entity")[0].GetProperty("what").GetProperty("reference").GetString(), StringComparison.Ordinal);
        Assert.Empty(await IdsAsync(site, "AuditEvent?date=lt2020"));
        var paged = new List<string>();
        for (var next = "AuditEvent?date=ge2020&_sort=-date&_count=7"; next is not null;)
        {
            using var bundle = await GetAsync(site, next);
            paged.AddRange(bundle.RootElement.GetProperty("entry").EnumerateArray().Select(static entry => entry.GetProperty("resource").GetProperty("id").GetString()!));
            next = bundle.RootElement.GetProperty("link").EnumerateArray().Where(static link => link.GetProperty("relation").GetString() == "next").Select(static link => link.GetProperty("url").GetString()).FirstOrDefault();
        }

        Assert.Equal(all[..50], paged[..50]);
        await RefusedAsync(site, "AuditEvent?_sort=date", 400, "not-supported");
        await RefusedAsync(site, "AuditEvent?patient.name=x", 400, "not-supported");
        await RefusedAsync(site, "Patient?_has:AuditEvent:patient:action=C", 400, "not-supported");
        await RefusedAsync(site, "Patient?_revinclude=AuditEvent:patient", 400, "not-supported");
        await RefusedAsync(site, "AuditEvent/none", 404, "not-found");
    }

    [Fact]
    public async Task Resources_are_judged_by_invariants_and_profiles_of_the_site()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        foreach (var (address, body, code) in new[]
        {
            ("Patient/$validate", """{"resourceType":"Patient"}""", "informational"),
            ("Patient/$validate", """{"resourceType":"Patient","gender":"x"}""", "code-invalid"),
            ("Patient/$validate", """{"resourceType":"Patient","contact":[{"gender":"male"}]}""", "invariant"),
            ("Patient/$validate", """{"resourceType":"Task","status":"draft","intent":"order"}""", "invalid"),
            ("Device/x/$validate", """{"resourceType":"Parameters","parameter":[{"name":"mode","valueCode":"update"},{"name":"resource","resource":{"resourceType":"Device","id":"y"}}]}""", "value"),
            ("Device/x/$validate?mode=delete", "", "not-found"),
            ("Binary/$validate", "{}", "not-supported"),
            ("Patient/$validate?profile=urn:none", """{"resourceType":"Patient"}""", "not-supported"),
            ("Patient/$validate?profile=http://a%7Cb%7Cc", """{"resourceType":"Patient"}""", "not-supported"),
            ("Patient/$validate", """{"resourceType":"Patient","meta":{"profile":["http://a|b|c"]}}""", "incomplete"),
            ("ValueSet/$expand", """{"resourceType":"ValueSet","status":"draft","compose":{"include":[{"valueSet":["http://a|b|c"]}]}}""", "processing"),
            ("Patient/$validate?mode=odd", """{"resourceType":"Patient"}""", "value"),
        })
        {
            using var judged = await PostAsync(site, address, body);
            Assert.Equal((address, body, code), (address, body, judged.RootElement.GetProperty("issue")[0].GetProperty("code").GetString()));
        }

        using var made = await PostAsync(site, "StructureDefinition", """
            {"resourceType":"StructureDefinition","url":"http://site.example/p","name":"P","status":"active","kind":"resource","abstract":false,"type":"Patient",
            "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint","differential":{"element":[{"id":"Patient.birthDate","path":"Patient.birthDate","min":1}]}}
            """);
        using var bad = await PostAsync(site, "Patient/$validate?profile=http://site.example/p", """{"resourceType":"Patient"}""");
        Assert.Contains("birthDate", bad.RootElement.ToString(), StringComparison.Ordinal);
        using var good = await PostAsync(site, "Patient/$validate?profile=http://site.example/p", """{"resourceType":"Patient","birthDate":"1970"}""");
        Assert.Equal("informational", good.RootElement.GetProperty("issue")[0].GetProperty("code").GetString());

        await TerminologyAsync(site);
    }

    /// <summary>What is wrong is called by the name that the client gave it, and once.</summary>
    private static async Task NamedAsync(FhirDatabaseSite site)
    {
        using var since = JsonDocument.Parse(await (await site.Client.GetAsync("Patient/p1/$everything?_since=x", Cancel)).Content.ReadAsStringAsync(Cancel));
        Assert.Equal("http._since", since.RootElement.GetProperty("issue")[0].GetProperty("location")[0].GetString());
        using var alone = await PostAsync(site, "ServiceRequest/$create-order", """{"resourceType":"ServiceRequest","status":"active","intent":"order","subject":{"reference":"Patient/p1"}}""");
        Assert.Contains("come in a Bundle", alone.RootElement.GetProperty("issue")[0].GetProperty("diagnostics").GetString(), StringComparison.Ordinal);
        using var nobody = await PostAsync(site, "Encounter", """{"resourceType":"Encounter","status":"planned","class":{"code":"AMB"}}""");
        Assert.Equal("Encounter.subject", nobody.RootElement.GetProperty("issue").EnumerateArray().Single().GetProperty("expression")[0].GetString());

        var odd = string.Join('&', Enumerable.Range(0, 600).Select(static i => $"odd{i % 300}=1"));
        using var passed = await GetAsync(site, "Organization?" + odd);
        var told = passed.RootElement.GetProperty("entry").EnumerateArray().Single(static entry => entry.GetProperty("search").GetProperty("mode").GetString() == "outcome");
        var places = told.GetProperty("resource").GetProperty("issue").EnumerateArray().Select(static issue => issue.GetProperty("location")[0].GetString()).ToList();
        Assert.Equal(100, places.Count);
        Assert.Equal(places, places.Distinct());
    }

    private static async Task TerminologyAsync(FhirDatabaseSite site)
    {
        using var all = await GetAsync(site, "ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender");
        Assert.Equal(["male", "female", "other", "unknown"], Codes(all));
        using var part = await GetAsync(site, "ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender&filter=male&offset=1&count=1");
        Assert.Equal(["female"], Codes(part));
        await RefusedAsync(site, "ValueSet/$expand?url=urn:none", 404, "not-found");
        await RefusedAsync(site, "ValueSet/$expand?url=http://a%7Cb%7Cc", 404, "not-found");
        using var own = await PostAsync(site, "ValueSet", """{"resourceType":"ValueSet","id":"v","url":"http://site.example/v","status":"active","compose":{"include":[{"system":"urn:s","concept":[{"code":"a"},{"code":"b"}]}]}}""");
        using var expanded = await GetAsync(site, "ValueSet/$expand?url=http://site.example/v");
        Assert.Equal(["a", "b"], Codes(expanded));
        foreach (var (query, result) in new[]
        {
            ("url=http://hl7.org/fhir/ValueSet/administrative-gender&code=male&system=http://hl7.org/fhir/administrative-gender", true),
            ("url=http://hl7.org/fhir/ValueSet/administrative-gender&code=m&system=http://hl7.org/fhir/administrative-gender", false),
            ("url=http://hl7.org/fhir/ValueSet/administrative-gender&code=male", true),
            ("url=http://site.example/v&code=a&system=urn:s", true),
        })
        {
            using var answer = await GetAsync(site, "ValueSet/$validate-code?" + query);
            Assert.Equal((query, result), (query, answer.RootElement.GetProperty("parameter")[0].GetProperty("valueBoolean").GetBoolean()));
        }
    }

    private static string[] Codes(JsonDocument set) =>
        [.. set.RootElement.GetProperty("expansion").GetProperty("contains").EnumerateArray().Select(static one => one.GetProperty("code").GetString()!)];

    private static async Task EverythingAsync(FhirDatabaseSite site)
    {
        string[] all = ["p1", "s1", "s2", "e1", "c1", "b1", "b2", "b3", "b4", "o1", "d1"];
        // What was done is told with it, under ids that are long.
        Assert.Equal(all.Order(), (await IdsAsync(site, "Patient/p1/$everything")).Where(static id => id.Length == 2).Order());
        Assert.Equal(["c1", "e1", "p1", "s1"], (await IdsAsync(site, "Patient/p1/$everything?_type=Patient,Consent,Encounter,ServiceRequest&start=2026-02-01&end=2026-04-01")).Order());
        Assert.Equal(["d1", "e1", "o1", "p1", "s1"], (await IdsAsync(site, "Encounter/e1/$everything")).Order());
        Assert.Empty(await IdsAsync(site, "Patient/p1/$everything?_since=2100-01-01T00:00:00Z"));
        var paged = new List<string>();
        for (var next = "Patient/p1/$everything?_count=2"; next is not null;)
        {
            using var bundle = await GetAsync(site, next);
            var matches = bundle.RootElement.GetProperty("entry").EnumerateArray().Where(static entry => entry.GetProperty("search").GetProperty("mode").GetString() == "match").ToList();
            Assert.InRange(matches.Count, 1, 2);
            paged.AddRange(matches.Select(static entry => entry.GetProperty("resource").GetProperty("id").GetString()!));
            next = bundle.RootElement.GetProperty("link").EnumerateArray().Where(static link => link.GetProperty("relation").GetString() == "next").Select(static link => link.GetProperty("url").GetString()).FirstOrDefault();
        }

        Assert.Equal(all[..^2].Order(), paged.Where(static id => id.Length == 2).Order());
        await RefusedAsync(site, "Patient/none/$everything", 404, "not-found");
        await RefusedAsync(site, "Patient/p1/$everything?_type=Colour", 400, "not-supported");
        await RefusedAsync(site, "Patient/p1/$everything?colour=red", 400, "not-supported");
        await RefusedAsync(site, "Patient/p1/$everything?start=soon", 400, "value");
        await RefusedAsync(site, "Patient/p1/$everything?_page=x", 400, "value");
    }

    private static async Task MatchesAsync(FhirDatabaseSite site)
    {
        const string Ada = """{"resourceType":"Patient","identifier":[{"system":"urn:h","value":"1"}],"name":[{"family":"OKONKWO","given":["Ada"]}],"birthDate":"1970-03-01","gender":"female"}""";
        using var found = await PostAsync(site, "Patient/$match", Ada);
        Assert.Equal(
            ["p1 certain", "p2 probable"],
            found.RootElement.GetProperty("entry").EnumerateArray().Select(static entry =>
                $"{entry.GetProperty("resource").GetProperty("id").GetString()} {entry.GetProperty("search").GetProperty("extension")[0].GetProperty("valueCode").GetString()}"));
        using var certain = await PostAsync(site, "Patient/$match", $$"""{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{{Ada}}},{"name":"onlyCertainMatches","valueBoolean":true}]}""");
        Assert.Equal(1, certain.RootElement.GetProperty("total").GetInt32());
        using var none = await PostAsync(site, "Patient/$match", """{"resourceType":"Patient","name":[{"family":"Nobody"}]}""");
        Assert.Equal(0, none.RootElement.GetProperty("total").GetInt32());
        await RefusedAsync(site, "Patient/$match", 400, "required");
    }

    private static async Task MetaAsync(FhirDatabaseSite site)
    {
        const string Tags = """{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[{"system":"urn:t","code":"a"},{"system":"urn:t","code":"b"}]}}]}""";
        using var added = await PostAsync(site, "Consent/c1/$meta-add", Tags);
        var meta = added.RootElement.GetProperty("parameter")[0].GetProperty("valueMeta");
        Assert.Equal((2, "2"), (meta.GetProperty("tag").GetArrayLength(), meta.GetProperty("versionId").GetString()));
        using var again = await PostAsync(site, "Consent/c1/$meta-add", Tags);
        foreach (var odd in new[] { """{"tag":[{"code":"a","code":"b"}]}""", """{"tag":"x"}""", """{"tag":[null]}""" })
        {
            using var refused = await PostAsync(site, "Consent/c1/$meta-add", $$"""{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{{odd}}}]}""");
            Assert.Equal("structure", refused.RootElement.GetProperty("issue")[0].GetProperty("code").GetString());
        }

        using var taken = await PostAsync(site, "Consent/c1/$meta-delete", Tags);
        using var read = await GetAsync(site, "Consent/c1/$meta");
        meta = read.RootElement.GetProperty("parameter")[0].GetProperty("valueMeta");
        Assert.Equal((false, "3"), (meta.TryGetProperty("tag", out _), meta.GetProperty("versionId").GetString()));
        await RefusedAsync(site, "Consent/c1/$meta-add", 405, "not-supported");
    }

    private async Task DefinitionsAsync(FhirDatabaseSite site)
    {
        var published = new PublishedDefinitions(Database);
        await OwnDefinitions.PublishAsync(site.Writer, published, "http://engine.example/fhir", Cancel);
        // Those that are there as they are stay, also when nothing is remembered of them.
        await published.SetAsync([], Cancel);
        await OwnDefinitions.PublishAsync(site.Writer, published, "http://engine.example/fhir", Cancel);
        using var metadata = await GetAsync(site, "metadata");
        var declared = metadata.RootElement.GetProperty("rest")[0].GetProperty("resource").EnumerateArray()
            .Where(static type => type.TryGetProperty("operation", out _)).SelectMany(static type => type.GetProperty("operation").EnumerateArray())
            .Select(static operation => operation.GetProperty("definition").GetString()!).Distinct().ToList();
        Assert.True(declared.Count >= 10);
        foreach (var address in declared)
        {
            using var definition = await GetAsync(site, address);
            Assert.Equal("1", definition.RootElement.GetProperty("meta").GetProperty("versionId").GetString());
        }

        Assert.Equal(["Patient-match"], await IdsAsync(site, "OperationDefinition?code=match&kind=operation"));
    }

    private static UpdateWrite Put(string json)
    {
        var draft = ResourceDraft.Read(Encoding.UTF8.GetBytes(json));
        return new UpdateWrite(draft, draft.Id!, Expected: null);
    }

    private static string Observation(string id, string day, string code) =>
        $$$"""{"resourceType":"Observation","id":"{{{id}}}","status":"final","code":{"coding":[{"system":"urn:c","code":"{{{code}}}"}]},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"{{{day}}}"}""";

    private static async Task<JsonDocument> GetAsync(FhirDatabaseSite site, string address)
    {
        using var response = await site.Client.GetAsync(address, Cancel);
        var body = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{address}: {body}");
        return JsonDocument.Parse(body);
    }

    private static async Task<JsonDocument> PostAsync(FhirDatabaseSite site, string address, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
        using var response = await site.Client.PostAsync(address, content, Cancel);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<List<string>> IdsAsync(FhirDatabaseSite site, string address)
    {
        using var bundle = await GetAsync(site, address);
        return bundle.RootElement.TryGetProperty("entry", out var entries)
            ? [.. entries.EnumerateArray().Select(static entry => entry.GetProperty("resource").GetProperty("id").GetString()!)]
            : [];
    }

    private static async Task RefusedAsync(FhirDatabaseSite site, string address, int status, string code)
    {
        using var response = await site.Client.GetAsync(address, Cancel);
        var body = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)response.StatusCode == status && body.Contains($"\"code\":\"{code}\"", StringComparison.Ordinal), $"{address}: {(int)response.StatusCode} {body}");
    }
}
