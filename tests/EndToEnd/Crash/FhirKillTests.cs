using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>
/// SIGKILL of the engine while clients write over FHIR: what was answered 200 or 201 is there, with all of its versions, and a transaction is there whole or not at
/// all. With <c>CLOUDPACS_LONG=1</c> fifty kills.
/// </summary>
[Trait("speed", "slow")]
public sealed class FhirKillTests(ITestOutputHelper output)
{
    private const int Clients = 6;
    private static readonly int Kills = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 50 : 4;

    /// <summary>Version and content of each resource as it was answered.</summary>
    private readonly Dictionary<(string Id, string Version), string> _answered = [];

    private long _writes;

    [Fact]
    public async Task What_was_answered_is_there_with_its_history_after_kills_under_load()
    {
        await using var engine = await EngineProcess.StartNewAsync();
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(client => WriteAsync(engine, client, stop.Token)).ToArray();
        var random = new Random(5);

        for (var kill = 1; kill <= Kills; kill++)
        {
            var goal = Interlocked.Read(ref _writes) + random.Next(20, 100);
            while (Interlocked.Read(ref _writes) < goal) await Task.Delay(5, TestContext.Current.CancellationToken);
            await engine.KillAsync();
            await engine.StartAsync();
        }

        await stop.CancelAsync();
        await Task.WhenAll(clients);
        using var http = new HttpClient { BaseAddress = Base(engine) };
        foreach (var ((id, version), name) in _answered)
        {
            var stored = JsonNode.Parse(await http.GetStringAsync(new Uri($"Organization/{id}/_history/{version}", UriKind.Relative), TestContext.Current.CancellationToken))!;
            Assert.Equal(name, (string)stored["name"]!);
        }

        for (var client = 0; client < Clients; client++) Assert.Equal(await NameAsync(http, $"first-{client}"), await NameAsync(http, $"second-{client}"));
        output.WriteLine($"{Kills} kills, {_answered.Count} versions answered");
    }

    private static Uri Base(EngineProcess engine) => new($"http://127.0.0.1:{engine.HttpPort}/fhir/");

    private static async Task<string?> NameAsync(HttpClient http, string id)
    {
        using var read = await http.GetAsync(new Uri($"Organization/{id}", UriKind.Relative), TestContext.Current.CancellationToken);
        return read.StatusCode == HttpStatusCode.OK ? (string?)JsonNode.Parse(await read.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["name"] : null;
    }

    /// <summary>One write after the other: an update of a resource, then a transaction that gives two resources the same name.</summary>
    private async Task WriteAsync(EngineProcess engine, int client, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            using var http = new HttpClient { BaseAddress = Base(engine), Timeout = TimeSpan.FromSeconds(10) };
            try
            {
                var (id, name) = ($"own-{client}", number.ToString(CultureInfo.InvariantCulture));
                Remember(await SendAsync(http, HttpMethod.Put, $"Organization/{id}", Organization(id, name)));
                var bundle = string.Join(',', new[] { "first", "second" }.Select(part =>
                    $"{{\"resource\":{Organization($"{part}-{client}", name)},\"request\":{{\"method\":\"PUT\",\"url\":\"Organization/{part}-{client}\"}}}}"));
                var answer = await SendAsync(http, HttpMethod.Post, "", $"{{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{bundle}]}}");
                foreach (var entry in answer?["entry"]?.AsArray() ?? []) Remember(entry!["resource"]);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
            {
                // The engine is being killed: whether this write took place nobody knows.
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    private static string Organization(string id, string name) => $"{{\"resourceType\":\"Organization\",\"id\":\"{id}\",\"name\":\"{name}\"}}";

    private static async Task<JsonNode?> SendAsync(HttpClient http, HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/fhir+json") };
        using var response = await http.SendAsync(request);
        return response.IsSuccessStatusCode ? JsonNode.Parse(await response.Content.ReadAsStringAsync()) : null;
    }

    private void Remember(JsonNode? resource)
    {
        if (resource is null) return;
        lock (_answered) _answered[((string)resource["id"]!, (string)resource["meta"]!["versionId"]!)] = (string)resource["name"]!;
        Interlocked.Increment(ref _writes);
    }
}
