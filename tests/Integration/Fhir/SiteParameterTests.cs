using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Integration.Fhir;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>Search parameters that a site defines (FHIR R4 searchparameter.html).</summary>
public sealed class SiteParameterTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private const string Ward = "Patient.extension('http://hospital.example/ward').value.ofType(CodeableConcept)";

    [Fact]
    public async Task What_was_there_and_what_comes_is_found_until_the_parameter_is_gone()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        await StorePatientsAsync(0, 1200);
        Assert.Equal("not-supported", await ProblemAsync(site, "Patient?ward=W1", 400));

        Assert.Equal(201, (await SendAsync(site, "PUT", "SearchParameter/ward", Parameter("ward"))).Status);
        Assert.Equal("incomplete", await ProblemAsync(site, "Patient?ward=W1", 503));
        Assert.Equal("incomplete", await ProblemAsync(site, "Observation?subject:Patient.ward=W1", 503));
        Assert.DoesNotContain("\"ward\"", await TextAsync(site, "metadata"));
        await site.CareAsync(Cancel);
        Assert.Contains("http://hospital.example/SearchParameter/ward", await TextAsync(site, "metadata"));
        Assert.Equal(400, await CountAsync(site, "Patient?ward=W1"));
        Assert.Equal(400, await CountAsync(site, "Patient?ward=http://hospital.example/wards|W1&ward:not=W2"));
        Assert.Equal(0, await CountAsync(site, "Patient?ward:missing=true"));

        // What comes and what changes is found at once.
        await StorePatientsAsync(1200, 3);
        await StoreAsync(Store, [new FhirResourceRow
        {
            Type = "Observation", Id = "o1", Version = 1, LastUpdated = DateTimeOffset.UnixEpoch,
            Content = """{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/1"}}"""u8.ToArray(),
        }]);
        Assert.Equal(401, await CountAsync(site, "Patient?ward=W1"));
        Assert.Equal(1, await CountAsync(site, "Observation?subject:Patient.ward=W1"));
        Assert.Equal(0, await CountAsync(site, "Observation?subject:Patient.ward=W2"));
        Assert.Equal(1, await CountAsync(site, "Patient?_has:Observation:subject:code:missing=false&ward=W1"));

        // It looks elsewhere, under another name.
        var other = Parameter("floor", "Patient.extension.where(url = 'http://hospital.example/floor').value as integer", "number");
        Assert.Equal(200, (await SendAsync(site, "PUT", "SearchParameter/ward", other)).Status);
        Assert.Equal("incomplete", await ProblemAsync(site, "Patient?_sort=floor", 503));
        await site.CareAsync(Cancel);
        Assert.Equal("not-supported", await ProblemAsync(site, "Patient?ward=W1", 400));
        Assert.Equal(8, await CountAsync(site, "Patient?floor=ge5&floor=lt7"));
        Assert.Equal(["1201", "1202"], (await IdsAsync(site, "Patient?_sort=-floor,-_id&_count=2")).Order());

        // A draft is not searched, and leaves nothing behind.
        Assert.Equal(200, (await SendAsync(site, "PUT", "SearchParameter/ward", other.Replace("active", "retired", StringComparison.Ordinal))).Status);
        Assert.Equal("not-supported", await ProblemAsync(site, "Patient?floor=5", 400));
        await site.CareAsync(Cancel);
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM fhir_index_quantity"));
        Assert.Equal(200, (await SendAsync(site, "PUT", "SearchParameter/ward", other)).Status);
        await site.CareAsync(Cancel);
        Assert.Equal(8, await CountAsync(site, "Patient?floor=ge5&floor=lt7"));
        Assert.Equal(204, (await SendAsync(site, "DELETE", "SearchParameter/ward", null)).Status);
        await site.CareAsync(Cancel);
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM fhir_index_quantity"));
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM fhir_parameter"));
    }

    [Fact]
    public async Task What_engines_write_who_were_not_told_yet_is_found_too()
    {
        await using var a = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        var other = await WorkspaceStore.OpenAsync(Database, PostgresFixture.InRows, Ids, notifyAs: null, Cancel, static installation => new FhirIndex(installation, null, TimeZoneInfo.Utc));
        await using var b = await FhirDatabaseSite.StartAsync(Database, other, Ids);
        // Both write all the time, while the parameter comes.
        var writing = Task.WhenAll(StorePatientsAsync(0, 300, atATime: 10), StorePatientsAsync(300, 300, other, atATime: 10));
        Assert.Equal(201, (await SendAsync(a, "PUT", "SearchParameter/ward", Parameter("ward"))).Status);
        await Task.WhenAll(a.CareAsync(Cancel), b.CareAsync(Cancel));
        await writing;
        // A turn takes a second at most, which may not be enough beside so many writes.
        while (await IsRefusedAsync(a, "Patient?ward=W1") || await IsRefusedAsync(b, "Patient?ward=W1"))
        {
            await a.CareAsync(Cancel);
            await b.CareAsync(Cancel);
        }

        Assert.Equal(200, await CountAsync(a, "Patient?ward=W1"));
        Assert.Equal(200, await CountAsync(b, "Patient?ward=W1"));

        // The name is taken, whoever asks.
        var (status, text) = await SendAsync(b, "PUT", "SearchParameter/second", WithId(Parameter("ward"), "second"));
        Assert.Equal((422, true), (status, text.Contains("SearchParameter.code", StringComparison.Ordinal)));
        var race = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => SendAsync(i % 2 == 0 ? a : b, "POST", "SearchParameter", Parameter("race"))));
        Assert.Single(race, static one => one.Status == 201);
    }

    [Fact]
    public async Task A_parameter_is_used_in_the_ways_that_its_definition_names()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        await StorePatientsAsync(0, 9);
        const string Floor = "Patient.extension('http://hospital.example/floor').value.ofType(integer)";
        const string Keeper = "Patient.extension('http://hospital.example/keeper').value.ofType(Reference)";
        await DefineAsync("ward", Ward, "token", ""","modifier":["not"]""");
        await DefineAsync("floor", Floor, "number", ""","comparator":["ge"],"multipleOr":false""");
        await DefineAsync("keeper", Keeper, "reference", ""","target":["Practitioner"],"chain":["family"]""");
        await DefineAsync("free", Floor, "number", "");
        await site.CareAsync(Cancel);

        foreach (var (search, found) in new[]
        {
            ("ward=W1", 3), ("ward=W1,W2", 6), ("ward:not=W1", 6), ("floor=ge7", 2), ("floor=5", 1), ("floor=eq5", 1), ("keeper.family=x", 0), ("keeper=Practitioner/1", 0),
            ("free=lt3,gt7", 4), ("free:missing=true", 0),
        })
            Assert.Equal((search, found), (search, await CountAsync(site, "Patient?" + search)));
        foreach (var search in new[] { "ward:missing=true", "ward:text=W", "floor=lt3", "floor=1,2", "keeper.name=x", "keeper:Practitioner.name=x" })
        {
            Assert.Equal("not-supported", await ProblemAsync(site, "Patient?" + search, 400));
            Assert.Equal((search, 9), (search, await CountAsync(site, "Patient?" + search)));
            Assert.Contains("is not offered in this way", await TextAsync(site, "Patient?" + search), StringComparison.Ordinal);
        }

        // How it is used can be changed.
        Assert.Equal(200, (await SendAsync(site, "PUT", "SearchParameter/floor", WithId(Parameter("floor", Floor, "number"), "floor"))).Status);
        await site.CareAsync(Cancel);
        Assert.Equal(4, await CountAsync(site, "Patient?floor=lt3,gt7"));

        async Task DefineAsync(string code, string expression, string type, string uses)
        {
            var json = WithId(Parameter(code, expression, type), code).TrimEnd()[..^1] + uses + "}";
            Assert.Equal(201, (await SendAsync(site, "PUT", "SearchParameter/" + code, json)).Status);
        }
    }

    [Fact]
    public async Task An_engine_that_ends_in_the_midst_leaves_nothing_out()
    {
        await StorePatientsAsync(0, 1100);
        // It ended before the parameter was in force.
        await StoreAsync(Store, [new FhirResourceRow
        {
            Type = "SearchParameter", Id = "ward", Version = 1, LastUpdated = DateTimeOffset.UnixEpoch, Content = Encoding.UTF8.GetBytes(WithId(Parameter("ward"), "ward")),
        }]);
        var index = new FhirIndex(Store.InstallationNamespace, null, TimeZoneInfo.Utc);
        using (var changes = new ParameterChanges(Database, index))
        {
            await new SiteParameters(changes, index).CatchUpAsync(Cancel);
        }

        // It ended when some were indexed.
        Assert.True(await new IndexRenewal(Database, index) { Turn = TimeSpan.Zero }.RunAsync(Cancel));
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM fhir_index_renewal WHERE id <> ''"));
        await StorePatientsAsync(1100, 100);

        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        await site.CareAsync(Cancel);
        Assert.Equal(400, await CountAsync(site, "Patient?ward=W1"));
    }

    private static readonly (string Element, string Value, string Expression, string Told)[] Refused =
    [
        ("type", "composite", "SearchParameter.type", "composite"),
        ("type", "special", "SearchParameter.type", "special"),
        ("code", "name", "SearchParameter.code", "Patient has a parameter name"),
        ("code", "_id", "SearchParameter.code", "letter first"),
        ("code", "a:b", "SearchParameter.code", "letter first"),
        ("base", "Account", "SearchParameter.base[0]", "Account"),
        ("url", "http://hl7.org/fhir/SearchParameter/individual-family", "SearchParameter.url", "comes with the program"),
        ("expression", "", "SearchParameter.expression", "Without an expression"),
        ("expression", "Patient.colour", "SearchParameter.expression", "colour"),
        ("expression", "Patient.contained.first()", "SearchParameter.expression", "first()"),
        ("expression", "Patient.name[0].family", "SearchParameter.expression", "["),
        ("expression", "Patient.name.where(family.exists())", "SearchParameter.expression", "exists"),
        ("expression", "Patient.link.other.where(resolve() is Patient).identifier", "SearchParameter.expression", "identifier"),
        ("expression", "Patient.photo", "SearchParameter.expression", "Attachment"),
        ("expression", "Encounter.status", "SearchParameter.expression", "begins with Patient"),
        ("expression", "Patient.gender | Encounter.status", "SearchParameter.expression", "Encounter"),
        ("expression", "Patient.extension('x", "SearchParameter.expression", "without an end"),
        ("expression", "Patient.deceased.ofType(Quantity)", "SearchParameter.expression", "never is"),
        ("expression", "Patient.active.exists()", "SearchParameter.expression", "exists()"),
    ];

    [Fact]
    public async Task What_cannot_be_indexed_is_refused_with_its_element()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        foreach (var (element, value, expression, told) in Refused)
        {
            var parameter = JsonNode.Parse(Parameter("ward"))!.AsObject();
            if (value.Length == 0) parameter.Remove(element);
            else parameter[element] = element == "base" ? new JsonArray(value) : value;
            var (status, text) = await SendAsync(site, "POST", "SearchParameter", parameter.ToJsonString());
            Assert.True(status == 422, $"{value}: {text}");
            var issue = JsonNode.Parse(text)!["issue"]![0]!;
            Assert.Equal(expression, (string?)issue["expression"]![0]);
            Assert.Contains(told, (string?)issue["diagnostics"]);
        }

        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM fhir_resource"));
    }

    [Fact]
    public async Task What_comes_with_the_program_stays_and_a_bundle_takes_a_name_once()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        await OwnDefinitions.PublishAsync(site.Writer, new PublishedDefinitions(Database), null, Cancel);
        Assert.Equal(422, (await SendAsync(site, "DELETE", "SearchParameter/individual-family", null)).Status);
        Assert.Equal(422, (await SendAsync(site, "PUT", "SearchParameter/individual-family", WithId(Parameter("ward"), "individual-family"))).Status);
        Assert.Equal(200, (await SendAsync(site, "GET", "SearchParameter/individual-family", null)).Status);

        var entry = """{"resource":$,"request":{"method":"POST","url":"SearchParameter"}}""".Replace("$", Parameter("ward"), StringComparison.Ordinal);
        var (status, text) = await SendAsync(site, "POST", "", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{entry}},{{entry}}]}""");
        Assert.Equal((422, true), (status, text.Contains("Bundle.entry[1].resource.code", StringComparison.Ordinal)));
        Assert.Equal(200, (await SendAsync(site, "POST", "", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{entry}}]}""")).Status);
        await site.CareAsync(Cancel);
        Assert.Equal(0, await CountAsync(site, "Patient?ward=W1"));
    }

    private static string Parameter(string code, string expression = Ward, string type = "token") => $$"""
        {"resourceType":"SearchParameter","id":"ward","url":"http://hospital.example/SearchParameter/{{code}}","name":"Ward","status":"active","description":"x",
        "code":"{{code}}","base":["Patient"],"type":"{{type}}","expression":"{{expression}}"}
        """;

    private static string WithId(string json, string id) => json.Replace("\"id\":\"ward\"", $"\"id\":\"{id}\"", StringComparison.Ordinal);

    /// <summary>Patients of three wards and a hundred floors.</summary>
    private async Task StorePatientsAsync(int first, int count, WorkspaceStore? store = null, int atATime = 300)
    {
        var rows = Enumerable.Range(first, count).Select(static number => new FhirResourceRow
        {
            Type = "Patient",
            Id = number.ToString(CultureInfo.InvariantCulture),
            Version = 1,
            LastUpdated = DateTimeOffset.UnixEpoch,
            Content = Encoding.UTF8.GetBytes($$"""
                {"resourceType":"Patient","id":"{{number}}","extension":[
                {"url":"http://hospital.example/floor","valueInteger":{{(number < 1200 ? number % 300 : number)}} },
                {"valueCodeableConcept":{"coding":[{"system":"http://hospital.example/wards","code":"W{{number % 3}}"}]},"url":"http://hospital.example/ward"},
                {"url":"http://hospital.example/other","valueCodeableConcept":{"coding":[{"code":"W{{(number + 1) % 3}}"}]} }]}
                """),
        });
        foreach (var some in rows.Chunk(atATime)) await StoreAsync(store ?? Store, some);
    }

    private Task<int> StoreAsync(WorkspaceStore store, IReadOnlyList<FhirResourceRow> rows)
    {
        var keys = new WorkspaceKeys();
        foreach (var row in rows) keys.Resources.Add((row.Type, row.Id));
        return StoredOrder.InBatchAsync(Database, store, keys, (workspace, _) =>
        {
            foreach (var row in rows) workspace.PutFhir(row);
            return 0;
        }, Cancel);
    }

    private static async Task<int> CountAsync(FhirDatabaseSite site, string search) =>
        (int)JsonNode.Parse(await TextAsync(site, search + "&_summary=count"))!["total"]!;

    private static async Task<List<string>> IdsAsync(FhirDatabaseSite site, string search) =>
        [.. JsonNode.Parse(await TextAsync(site, search))!["entry"]!.AsArray().Select(static entry => (string)entry!["resource"]!["id"]!)];

    private static async Task<bool> IsRefusedAsync(FhirDatabaseSite site, string search)
    {
        using var response = await site.Client.GetAsync(search, Cancel);
        return response.StatusCode == System.Net.HttpStatusCode.ServiceUnavailable;
    }

    private static async Task<string> TextAsync(FhirDatabaseSite site, string path)
    {
        using var response = await site.Client.GetAsync(path, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }

    /// <summary>The code of the first issue that a strict search is answered with.</summary>
    private static async Task<string?> ProblemAsync(FhirDatabaseSite site, string search, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, search) { Headers = { { "Prefer", "handling=strict" } } };
        using var response = await site.Client.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)response.StatusCode == status, text);
        if (status == 503) Assert.NotNull(response.Headers.RetryAfter);
        return (string?)JsonNode.Parse(text)!["issue"]![0]!["code"];
    }

    private static async Task<(int Status, string Text)> SendAsync(FhirDatabaseSite site, string method, string path, string? json)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/fhir+json");
        using var response = await site.Client.SendAsync(request, Cancel);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }
}
