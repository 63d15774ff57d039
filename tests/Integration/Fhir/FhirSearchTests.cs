using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CloudPacs.Fhir.Search;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Workspaces;
using Xunit;

namespace CloudPacs.Integration.Tests.Fhir;

/// <summary>Searches over HTTP (FHIR R4 http.html 3.1.0.9, search.html).</summary>
public sealed partial class FhirSearchTests(PostgresFixture postgres) : StoreTest(postgres)
{
    [Fact]
    public async Task Everything_that_is_declared_is_answered()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        using var metadata = await GetAsync(site, "metadata");
        var declared = metadata.RootElement.GetProperty("rest")[0].GetProperty("resource").EnumerateArray().ToList();
        var searches = new List<string>();
        foreach (var type in declared.Where(static type => type.TryGetProperty("searchParam", out _)))
        {
            var name = type.GetProperty("type").GetString()!;
            foreach (var parameter in type.GetProperty("searchParam").EnumerateArray())
            {
                var code = parameter.GetProperty("name").GetString()!;
                var kind = parameter.GetProperty("type").GetString()!;
                foreach (var value in ValuesOf(name, code, kind)) searches.Add($"{name}?{code}{value}");
            }

            if (!type.TryGetProperty("searchInclude", out var includes)) continue;
            foreach (var include in includes.EnumerateArray()) searches.Add($"{name}?_include={include.GetString()}");
            foreach (var include in type.GetProperty("searchRevInclude").EnumerateArray()) searches.Add($"{name}?_revinclude={include.GetString()}");
        }

        using var page = new HttpRequestMessage(HttpMethod.Get, "") { Headers = { { "Accept", "text/html" } } };
        using var shown = await site.Client.SendAsync(page, Cancel);
        var examples = Example().Matches(await shown.Content.ReadAsStringAsync(Cancel)).Select(static link => WebUtility.HtmlDecode(link.Groups[1].Value)).ToList();
        Assert.True(examples.Count > 10, $"{examples.Count} example searches.");
        searches.AddRange(examples);
        Assert.True(searches.Count > 1500, $"{searches.Count} searches.");
        var strict = new HttpClient { BaseAddress = site.Client.BaseAddress, DefaultRequestHeaders = { { "Prefer", "handling=strict" } } };
        await Parallel.ForEachAsync(searches, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancel }, async (search, cancel) =>
        {
            using var response = await strict.GetAsync(search, cancel);
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{search}: {await response.Content.ReadAsStringAsync(cancel)}");
        });
    }

    [Fact]
    public async Task A_change_is_found_at_once_and_what_it_was_before_is_not()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        await PutAsync(site, "Organization/o1", """{"resourceType":"Organization","id":"o1","name":"St. Mary's","identifier":[{"system":"urn:x","value":"1"}]}""");
        Assert.Equal(["o1"], await IdsAsync(site, "Organization?name=st marys,st mary s&identifier=urn:x|1"));

        await PutAsync(site, "Organization/o1", """{"resourceType":"Organization","id":"o1","name":"Charité","identifier":[{"system":"urn:x","value":"2"}]}""");
        Assert.Empty(await IdsAsync(site, "Organization?identifier=urn:x|1"));
        Assert.Equal(["o1"], await IdsAsync(site, "Organization?name=CHARITE&identifier=2&identifier:missing=false"));

        (await site.Client.DeleteAsync("Organization/o1", Cancel)).EnsureSuccessStatusCode();
        Assert.Empty(await IdsAsync(site, "Organization?name=charite"));
        Assert.Empty(await IdsAsync(site, "Organization"));

        await PutAsync(site, "Organization/o1", """{"resourceType":"Organization","id":"o1","name":"Charité"}""");
        Assert.Equal(["o1"], await IdsAsync(site, "Organization?name=charite"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("_sort=name&")]
    [InlineData("_sort=-name,_id&")]
    [InlineData("_sort=-_lastUpdated&")]
    [InlineData("_sort=name,colour&")]
    public async Task Pages_neither_skip_nor_repeat_while_others_are_added(string sort)
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        for (var i = 0; i < 25; i++) await PutAsync(site, $"Organization/o{i}", Organization($"o{i}", i % 4 == 0 ? null : $"name {i % 5}"));
        var found = new List<string>();
        string? next = $"Organization?{sort}_count=4";
        for (var page = 0; next is not null; page++)
        {
            using var bundle = await GetAsync(site, next);
            var entries = bundle.RootElement.GetProperty("entry").EnumerateArray().ToList();
            Assert.True(entries.Count(static entry => entry.GetProperty("search").GetProperty("mode").GetString() == "match") <= 4);
            found.AddRange(entries.Where(static entry => entry.GetProperty("search").GetProperty("mode").GetString() == "match").Select(static entry => entry.GetProperty("resource").GetProperty("id").GetString()!));
            next = bundle.RootElement.GetProperty("link").EnumerateArray().Where(static link => link.GetProperty("relation").GetString() == "next")
                .Select(static link => link.GetProperty("url").GetString()).FirstOrDefault();
            await PutAsync(site, $"Organization/added{page}", Organization($"added{page}", $"name {page % 5}"));
        }

        var before = found.Where(static id => id[0] == 'o').ToList();
        Assert.Equal(25, before.Count);
        Assert.Equal(25, before.Distinct().Count());
        Assert.Equal(found.Count, found.Distinct().Count());
    }

    [Theory]
    [InlineData("date", false, "")]
    [InlineData("-date", true, "")]
    [InlineData("-date", true, "&date=ge2026-03-05")]
    [InlineData("date", false, "&date=le2026-03-07")]
    public async Task Pages_go_by_the_beginnings_of_times_and_end_with_what_has_none(string sort, bool isDescending, string criteria)
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        var begins = new Dictionary<string, DateTime?>();
        var (keys, rows) = (new WorkspaceKeys(), new List<FhirResourceRow>());
        for (var i = 0; i < 24; i++)
        {
            var day = new DateTime(2026, 3, 1 + (i * 7 % 11), i, 0, 0, DateTimeKind.Utc);
            var (from, until) = ($"{day:yyyy-MM-ddTHH:mm:ss}Z", $"{day.AddDays(i):yyyy-MM-ddTHH:mm:ss}Z");
            var time = (i % 4) switch
            {
                0 => $"\"effectiveDateTime\":\"{from}\",",
                1 => $$""" "effectivePeriod":{"start":"{{from}}","end":"{{until}}"},""",
                2 => $$""" "effectiveTiming":{"event":["{{until}}","{{from}}"]},""",
                _ => "",
            };
            begins.Add($"b{i}", i % 4 == 3 ? null : day);
            var json = $$"""{"resourceType":"Observation","id":"b{{i}}","status":"final",{{time}}"code":{"text":"x"} }""";
            rows.Add(new FhirResourceRow { Type = "Observation", Id = $"b{i}", Version = 1, LastUpdated = DateTimeOffset.UnixEpoch, Content = Encoding.UTF8.GetBytes(json) });
            keys.Resources.Add(("Observation", $"b{i}"));
        }

        await InBatchAsync(keys, (workspace, _) => rows.ForEach(workspace.PutFhir));
        // The database knows then that all have this status: the order is followed, and each match is not looked up.
        await using (var analyze = Database.CreateCommand("ANALYZE fhir_index")) await analyze.ExecuteNonQueryAsync(Cancel);

        var found = await AllIdsAsync(site, $"Observation?status=final{criteria}&_sort={sort}&_count=5");

        // Of equal times the later one comes first: numbers are given in the order of the ids.
        var wanted = begins.Where(one => criteria.Length == 0 || found.Contains(one.Key)).OrderByDescending(static one => one.Value is not null);
        var ordered = isDescending ? wanted.ThenByDescending(static one => one.Value) : wanted.ThenBy(static one => one.Value);
        Assert.Equal(ordered.ThenByDescending(static one => one.Key, StringComparer.Ordinal).Select(static one => one.Key), found);
        Assert.True(found.Count > 10);
    }

    [Theory]
    [InlineData("ge2026-03-05T09:38:30Z", "second", "minute", "day", "stay", "open", "later")]
    [InlineData("gt2026-03-05T09:38:30Z", "minute", "day", "stay", "open", "later")]
    [InlineData("ge2026-03-05T09:39:00Z", "day", "stay", "open", "later")]
    [InlineData("sa2026-03-05T09:38:30Z", "later")]
    [InlineData("2026-03-05", "early", "second", "minute", "day", "later")]
    [InlineData("ge2026-03-05", "early", "second", "minute", "day", "stay", "open", "later")]
    [InlineData("le2026-03-05T09:38:30Z", "early", "second", "minute", "day", "stay", "open")]
    [InlineData("lt2026-03-05T09:38:30Z", "early", "minute", "day", "stay", "open")]
    [InlineData("eb2026-03-05T09:38:30Z", "early")]
    public async Task Long_times_are_found_like_short_ones_in_whatever_order(string searched, params string[] found)
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        var (keys, rows) = (new WorkspaceKeys(), new List<FhirResourceRow>());
        foreach (var (id, start, end) in ((string, string, string)[])
            [
                ("early", "2026-03-05T09:37:59Z", "2026-03-05T09:37:59Z"), ("second", "2026-03-05T09:38:30Z", "2026-03-05T09:38:30Z"),
                ("minute", "2026-03-05T09:38:00Z", "2026-03-05T09:38:59Z"), ("day", "2026-03-05", "2026-03-05"), ("stay", "2026-02-01", "2026-03-31"),
                ("open", "2020-01-01", ""), ("later", "2026-03-05T10:00:00Z", "2026-03-05T10:00:00Z"),
            ])
        {
            var until = end.Length > 0 ? $",\"end\":\"{end}\"" : "";
            var json = $$$"""{"resourceType":"Observation","id":"{{{id}}}","status":"final","code":{"text":"x"},"effectivePeriod":{"start":"{{{start}}}"{{{until}}}} }""";
            rows.Add(new FhirResourceRow { Type = "Observation", Id = id, Version = 1, LastUpdated = DateTimeOffset.UnixEpoch, Content = Encoding.UTF8.GetBytes(json) });
            keys.Resources.Add(("Observation", id));
        }

        await InBatchAsync(keys, (workspace, _) => rows.ForEach(workspace.PutFhir));

        foreach (var sort in (string[])["", "&_sort=date", "&_sort=-date", "&_sort=-_lastUpdated", "&_sort=date&_count=2", "&_sort=-date&_count=2"])
            Assert.Equal(found.Order(), (await AllIdsAsync(site, $"Observation?date={searched}{sort}")).Order());
    }

    [Fact]
    public async Task Included_resources_stand_beside_the_matches_each_once()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        await PutAsync(site, "Organization/top", Organization("top", "top"));
        await PutAsync(site, "Organization/mid", """{"resourceType":"Organization","id":"mid","name":"mid","partOf":{"reference":"Organization/top"}}""");
        for (var i = 0; i < 3; i++) await PutAsync(site, $"Location/l{i}", $$$"""{"resourceType":"Location","id":"l{{{i}}}","name":"room {{{i}}}","managingOrganization":{"reference":"Organization/mid"}}""");

        using var bundle = await GetAsync(site, "Location?_include=Location:organization&_include:iterate=Organization:partof&_count=2");
        Assert.Equal(["match", "match", "include", "include"], Modes(bundle));
        using var reverse = await GetAsync(site, "Organization?_id=mid&_revinclude=Location:organization");
        Assert.Equal(["match", "include", "include", "include"], Modes(reverse));
        Assert.Equal(["l2", "l1", "l0"], await IdsAsync(site, "Location?organization.partof.name=top"));
        Assert.Equal(["mid"], await IdsAsync(site, "Organization?_has:Location:organization:name=room 1"));
        Assert.Equal(["top"], await IdsAsync(site, "Organization?_has:Organization:partof:_has:Location:organization:name=room 1"));
    }

    [Fact]
    public async Task What_is_not_known_is_passed_over_with_a_warning_or_refused()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        await PutAsync(site, "Organization/o1", Organization("o1", "one"));

        using var lenient = await GetAsync(site, "Organization?colour=red&name=one&_sort=colour");
        Assert.Equal(["match", "outcome"], Modes(lenient));
        Assert.EndsWith("/fhir/Organization?name=one", lenient.RootElement.GetProperty("link")[0].GetProperty("url").GetString(), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, "Organization?colour=red") { Headers = { { "Prefer", "handling=strict" } } };
        using var strict = await site.Client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, strict.StatusCode);
        Assert.Contains("\"http.colour\"", await strict.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name:below=x")]
    [InlineData("_lastUpdated=soon")]
    [InlineData("_lastUpdated=2026-13")]
    [InlineData("_count=-1")]
    [InlineData("_count=many")]
    [InlineData("name=a\\b")]
    [InlineData("name=%00")]
    [InlineData("name=%ff")]
    [InlineData("_query=x")]
    [InlineData("_page=x")]
    [InlineData("active:missing=maybe")]
    [InlineData("name.family=x")]
    [InlineData("partof:Patient=1")]
    [InlineData("_has:Patient:name:family=x")]
    [InlineData("partof.partof.partof.partof.partof.partof.partof.name=x")]
    public async Task What_is_known_and_cannot_be_done_is_refused_with_the_parameter(string search)
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        using var response = await site.Client.GetAsync("Organization?" + search, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("\"http.", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Matches_are_shown_in_part_where_a_part_is_asked_for()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        await PutAsync(site, "Organization/top", """{"resourceType":"Organization","id":"top","name":"top","alias":["t"]}""");
        await PutAsync(site, "Organization/o1", """{"resourceType":"Organization","id":"o1","name":"one","alias":["1"],"partOf":{"reference":"Organization/top"}}""");

        using var elements = await GetAsync(site, "Organization?name=one&_elements=name&_include=Organization:partof");
        var shown = elements.RootElement.GetProperty("entry").EnumerateArray().Select(static entry => entry.GetProperty("resource")).ToList();
        Assert.Equal(("one", false), (shown[0].GetProperty("name").GetString(), shown[0].TryGetProperty("alias", out _)));
        Assert.Equal("SUBSETTED", shown[0].GetProperty("meta").GetProperty("tag")[0].GetProperty("code").GetString());
        Assert.True(shown[1].TryGetProperty("alias", out _));
        using var summary = await GetAsync(site, "Organization?name=one&_summary=true&_pretty=true");
        Assert.False(summary.RootElement.GetProperty("entry")[0].GetProperty("resource").TryGetProperty("alias", out _));
        using var refused = await site.Client.GetAsync("Organization?_summary=text&_include=Organization:partof", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task A_search_by_POST_is_a_form_beside_the_address()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        await PutAsync(site, "Organization/o1", Organization("o1", "Ärzte & Co"));
        await PutAsync(site, "Organization/o2", Organization("o2", "Ärzte"));
        using var form = new FormUrlEncodedContent([new("name:exact", "Ärzte & Co")]);

        using var response = await site.Client.PostAsync("Organization/_search?_total=accurate", form, Cancel);
        using var bundle = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(Cancel), cancellationToken: Cancel);

        Assert.Equal(1, bundle.RootElement.GetProperty("total").GetInt32());
        using var text = new StringContent("name=x", Encoding.UTF8, "text/plain");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await site.Client.PostAsync("Organization/_search", text, Cancel)).StatusCode);
    }

    [Fact]
    public async Task The_number_alone_is_told_when_no_matches_are_asked_for()
    {
        await using var site = await FhirDatabaseSite.StartAsync(Database, Store, Ids);
        for (var i = 0; i < 3; i++) await PutAsync(site, $"Organization/o{i}", Organization($"o{i}", "one"));

        foreach (var search in (string[])["Organization?_summary=count", "Organization?_count=0&name=one"])
        {
            using var bundle = await GetAsync(site, search);
            Assert.Equal(3, bundle.RootElement.GetProperty("total").GetInt32());
            Assert.False(bundle.RootElement.TryGetProperty("entry", out _));
        }
    }

    private static IEnumerable<string> ValuesOf(string type, string code, string kind)
    {
        if (kind != "composite") yield return ":missing=false";
        yield return kind switch
        {
            "date" => "=ge2026-01-01",
            "number" => "=gt1.5",
            "quantity" => "=5.4|http://unitsofmeasure.org|mg",
            "reference" => "=123",
            "composite" => ParameterSet.Standard.Find(type, code)!.Components[1].Kind switch
            {
                SearchKind.Date => "=a$2026",
                SearchKind.Quantity => "=a$1",
                _ => "=a$b",
            },
            _ => "=a,b",
        };
        if (kind == "token" && code is not ("_id" or "instance" or "dicom-class")) yield return ":text=a";
        if (kind == "token") yield return ":not=a";
        if (kind == "string") yield return ":contains=a";
        if (kind == "string") yield return ":exact=a";
        if (kind == "uri") yield return ":below=http://a/b";
        if (kind == "reference") yield return ":identifier=urn:x|1";
    }

    private static string Organization(string id, string? name) => name is null
        ? $$"""{"resourceType":"Organization","id":"{{id}}","active":true}"""
        : $$"""{"resourceType":"Organization","id":"{{id}}","name":"{{name}}"}""";

    private static List<string> Modes(JsonDocument bundle) =>
        [.. bundle.RootElement.GetProperty("entry").EnumerateArray().Select(static entry => entry.GetProperty("search").GetProperty("mode").GetString()!)];

    private static async Task<List<string>> IdsAsync(FhirDatabaseSite site, string search)
    {
        using var bundle = await GetAsync(site, search);
        return bundle.RootElement.TryGetProperty("entry", out var entries)
            ? [.. entries.EnumerateArray().Select(static entry => entry.GetProperty("resource").GetProperty("id").GetString()!)]
            : [];
    }

    /// <summary>The ids of all pages.</summary>
    private static async Task<List<string>> AllIdsAsync(FhirDatabaseSite site, string search)
    {
        var found = new List<string>();
        for (var next = search; next is not null;)
        {
            using var bundle = await GetAsync(site, next);
            if (!bundle.RootElement.TryGetProperty("entry", out var entries)) break;
            found.AddRange(entries.EnumerateArray().Select(static entry => entry.GetProperty("resource").GetProperty("id").GetString()!));
            next = bundle.RootElement.GetProperty("link").EnumerateArray().Where(static link => link.GetProperty("relation").GetString() == "next")
                .Select(static link => link.GetProperty("url").GetString()).FirstOrDefault();
        }

        return found;
    }

    private static async Task<JsonDocument> GetAsync(FhirDatabaseSite site, string path)
    {
        using var response = await site.Client.GetAsync(path, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text);
    }

    private static async Task PutAsync(FhirDatabaseSite site, string path, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/fhir+json");
        using var response = await site.Client.PutAsync(path, body, Cancel);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>A link to a search.</summary>
    [GeneratedRegex("href=\"[^\"]*/([A-Za-z]+\\?[^\"]*)\"")]
    private static partial Regex Example();
}
