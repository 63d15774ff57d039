using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>
/// SIGKILL of the engine while clients write over FHIR, also patients and orders: what was answered 200 or 201 is there with all of its
/// versions, stands in its history and is found by search; what was deleted is gone; a transaction is there whole or not at all; a create that
/// is conditional makes one resource, however often it is sent. With <c>CLOUDPACS_LONG=1</c> fifty kills, with <c>CLOUDPACS_SEED</c> at other times.
/// </summary>
[Trait("speed", "slow")]
public sealed class FhirKillTests(ITestOutputHelper output)
{
    private const int Clients = 6;
    private const string System = "urn:kill";
    private static readonly int Kills = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 50 : 4;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("CLOUDPACS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 5;

    /// <summary>Version and content of each resource as it was answered.</summary>
    private readonly Dictionary<(string Address, int Version), string> _answered = [];

    /// <summary>Searches of what was answered, each with the id that it finds alone.</summary>
    private readonly Dictionary<string, string> _found = [];

    /// <summary>What was answered as deleted, each with its former name.</summary>
    private readonly Dictionary<string, string> _deleted = [];

    private long _writes;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_answered_is_there_with_its_history_and_its_search_values_after_kills_under_load()
    {
        await using var engine = await EngineProcess.StartNewAsync();
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(client => WriteAsync(engine, client, stop.Token)).ToArray();
        var random = new Random(Seed);

        for (var kill = 1; kill <= Kills; kill++)
        {
            var goal = Interlocked.Read(ref _writes) + random.Next(20, 100);
            while (Interlocked.Read(ref _writes) < goal) await Task.Delay(5, Token);
            await engine.KillAsync();
            await engine.StartAsync();
        }

        await stop.CancelAsync();
        await Task.WhenAll(clients);
        using var http = new HttpClient { BaseAddress = Base(engine) };
        await CheckVersionsAsync(http);
        foreach (var (search, id) in _found)
        {
            var matches = (await GetAsync(http, search))["entry"]?.AsArray() ?? [];
            Assert.True(matches.Count == 1 && (string?)matches[0]!["resource"]!["id"] == id, $"{search} finds {matches.Count}, not {id} alone");
        }

        Assert.NotEmpty(_deleted);
        foreach (var (address, name) in _deleted)
        {
            using var read = await http.GetAsync(new Uri(address, UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.Gone, read.StatusCode);
            Assert.Equal(2, (int)(await GetAsync(http, $"{address}/_history?_summary=count"))["total"]!);
            Assert.Equal(0, (int)(await GetAsync(http, $"Organization?name:exact={name}&_summary=count"))["total"]!);
        }

        for (var client = 0; client < Clients; client++) Assert.Equal(await NameAsync(http, $"first-{client}"), await NameAsync(http, $"second-{client}"));
        foreach (var type in new[] { "Organization", "Patient", "ServiceRequest" }) Assert.Contains(_found.Keys, search => search.StartsWith($"{type}?", StringComparison.Ordinal));
        output.WriteLine($"{Kills} kills, {_answered.Count} versions of {_answered.Keys.Select(static key => key.Address).Distinct().Count()} resources answered, {_deleted.Count} deleted, {_found.Count} searches");
    }

    private static Uri Base(EngineProcess engine) => new($"http://127.0.0.1:{engine.HttpPort}/fhir/");

    private static async Task<JsonNode> GetAsync(HttpClient http, string address) =>
        JsonNode.Parse(await http.GetStringAsync(new Uri(address, UriKind.Relative), Token))!;

    private static async Task<string?> NameAsync(HttpClient http, string id)
    {
        using var read = await http.GetAsync(new Uri($"Organization/{id}", UriKind.Relative), Token);
        return read.StatusCode == HttpStatusCode.OK ? (string?)JsonNode.Parse(await read.Content.ReadAsStringAsync(Token))!["name"] : null;
    }

    /// <summary>Each version by itself, in the history, and the last one by what it is found by.</summary>
    private async Task CheckVersionsAsync(HttpClient http)
    {
        foreach (var (address, versions) in _answered.GroupBy(static one => one.Key.Address).ToDictionary(static one => one.Key, static one => one.ToDictionary(static v => v.Key.Version, static v => v.Value)))
        {
            var history = new Dictionary<int, string>();
            for (var page = $"{address}/_history?_count=1000"; page is not null;)
            {
                var bundle = await GetAsync(http, page);
                foreach (var entry in bundle["entry"]!.AsArray()) history.Add(VersionOf(entry!["resource"]!), ContentOf(entry["resource"]!));
                page = bundle["link"]!.AsArray().Where(static link => (string?)link!["relation"] == "next").Select(link => ((string)link!["url"]!)[http.BaseAddress!.AbsoluteUri.Length..]).FirstOrDefault();
            }

            Assert.Equal(Enumerable.Range(1, history.Count).Reverse(), history.Keys);
            foreach (var (version, content) in versions)
            {
                Assert.Equal(content, history[version]);
                Assert.Equal(content, ContentOf(await GetAsync(http, $"{address}/_history/{version}")));
            }

            if (!address.StartsWith("Organization/", StringComparison.Ordinal)) continue;
            var (name, id) = (history[history.Count], address.Split('/')[1]);
            Assert.Equal(1, (int)(await GetAsync(http, $"Organization?_id={id}&name:exact={name}&_summary=count"))["total"]!);
            if (history.Count > 1 && history[history.Count - 1] is var before && before != name)
                Assert.Equal(0, (int)(await GetAsync(http, $"Organization?_id={id}&name:exact={before}&_summary=count"))["total"]!);
        }
    }

    /// <summary>
    /// One write after the other: an update, a patch, a delete, a transaction that gives two resources the same name, a conditional create that is sent until it is
    /// answered, and an order with its patient, which is then held.
    /// </summary>
    private async Task WriteAsync(EngineProcess engine, int client, CancellationToken stop)
    {
        var unanswered = 0;
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            using var http = new HttpClient { BaseAddress = Base(engine), Timeout = TimeSpan.FromSeconds(10) };
            try
            {
                var (id, name) = ($"own-{client}", number.ToString(CultureInfo.InvariantCulture));
                Remember(await SendAsync(http, HttpMethod.Put, $"Organization/{id}", Organization(id, name)));
                Remember(await SendAsync(http, HttpMethod.Patch, $"Organization/{id}", $$"""[{"op":"replace","path":"/name","value":"{{name}}p"}]""", type: "application/json-patch+json"));
                await DeleteAsync(http, $"gone-{client}-{number}");
                var bundle = string.Join(',', new[] { "first", "second" }.Select(part =>
                    $"{{\"resource\":{Organization($"{part}-{client}", name)},\"request\":{{\"method\":\"PUT\",\"url\":\"Organization/{part}-{client}\"}}}}"));
                var answer = await SendAsync(http, HttpMethod.Post, "", $"{{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{bundle}]}}");
                foreach (var entry in answer?["entry"]?.AsArray() ?? []) Remember(entry!["resource"]);
                var once = $"identifier={System}|{client}-{unanswered}";
                var made = await SendAsync(http, HttpMethod.Post, "Organization", $$"""{"resourceType":"Organization","name":"once","identifier":[{"system":"{{System}}","value":"{{client}}-{{unanswered}}"}]}""", once);
                if (made is not null) unanswered++;
                Remember(made, $"Organization?{once}");
                await OrderAsync(http, $"{client}-{number}");
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
            {
                // The engine is being killed: whether this write took place nobody knows.
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    /// <summary>A resource that is deleted again.</summary>
    private async Task DeleteAsync(HttpClient http, string id)
    {
        if (await SendAsync(http, HttpMethod.Put, $"Organization/{id}", Organization(id, id)) is null) return;
        using var response = await http.DeleteAsync(new Uri($"Organization/{id}", UriKind.Relative));
        if (!response.IsSuccessStatusCode) return;
        lock (_answered) _deleted.Add($"Organization/{id}", id);
        Interlocked.Increment(ref _writes);
    }

    /// <summary>A patient and an order for it, which is then held.</summary>
    private async Task OrderAsync(HttpClient http, string number)
    {
        var patient = await SendAsync(http, HttpMethod.Post, "Patient", $$"""{"resourceType":"Patient","identifier":[{"system":"{{System}}","value":"P{{number}}"}],"name":[{"family":"KILL"}]}""");
        Remember(patient, $"Patient?identifier={System}|P{number}");
        if (patient is null) return;
        var order = await SendAsync(http, HttpMethod.Post, "ServiceRequest", $$"""
            {"resourceType":"ServiceRequest","status":"active","intent":"order","identifier":[{"system":"{{System}}","value":"O{{number}}"}],"subject":{"reference":"Patient/{{patient["id"]}}"},
             "code":{"text":"CT Chest"},"occurrenceDateTime":"2026-12-01T10:00:00Z","orderDetail":[{"coding":[{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"CT"}]}]}
            """);
        Remember(order, $"ServiceRequest?identifier={System}|O{number}");
        if (order is null) return;
        order["status"] = "on-hold";
        Remember(await SendAsync(http, HttpMethod.Put, $"ServiceRequest/{order["id"]}", order.ToJsonString()), $"ServiceRequest?identifier={System}|O{number}&status=on-hold&patient={patient["id"]}");
    }

    private static string Organization(string id, string name) => $"{{\"resourceType\":\"Organization\",\"id\":\"{id}\",\"name\":\"{name}\"}}";

    private static async Task<JsonNode?> SendAsync(HttpClient http, HttpMethod method, string path, string body, string? ifNoneExist = null, string type = "application/fhir+json")
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, type) };
        if (ifNoneExist is not null) request.Headers.TryAddWithoutValidation("If-None-Exist", ifNoneExist);
        using var response = await http.SendAsync(request);
        return response.IsSuccessStatusCode ? JsonNode.Parse(await response.Content.ReadAsStringAsync()) : null;
    }

    private void Remember(JsonNode? resource, string? search = null)
    {
        if (resource is null) return;
        lock (_answered)
        {
            _answered[($"{resource["resourceType"]}/{resource["id"]}", VersionOf(resource))] = ContentOf(resource);
            if (search is not null) _found[search] = (string)resource["id"]!;
        }

        Interlocked.Increment(ref _writes);
    }

    private static int VersionOf(JsonNode resource) => int.Parse((string)resource["meta"]!["versionId"]!, CultureInfo.InvariantCulture);

    /// <summary>The name of an organization; of what messages and clients share, all of it.</summary>
    private static string ContentOf(JsonNode resource) => (string?)resource["resourceType"] == "Organization" ? (string)resource["name"]! : resource.ToJsonString();
}
