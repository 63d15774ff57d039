using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.FhirServer.Tests.Examples;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Fhir;

/// <summary>An engine with orders and the official examples in it; as a process of its own, whose memory can be told, where many requests are sent.</summary>
public sealed class HostileEngine : IAsyncLifetime
{
    /// <summary>What is longer takes most of the time, and is read by the same code.</summary>
    private const int Longest = 6000;

    private readonly TestedEngine _engine = Many ? new EngineProcess() : new EngineInside();

    internal static bool Many { get; } = Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1";

    internal TestedEngine Engine => _engine;

    /// <summary>Memory that it has now, in bytes; null where it shares that of the tests.</summary>
    internal long? Memory => (_engine as EngineProcess)?.ForgetPeakMemory();

    internal JsonNode Metadata { get; private set; } = null!;

    /// <summary>Targets of links to next pages.</summary>
    internal List<string> Links { get; } = [];

    internal List<byte[]> Examples { get; } = [.. OfficialExamples.All.Values.Where(static one => one.Length < Longest)];

    /// <summary>Resources as the server has them.</summary>
    internal List<byte[]> Stored { get; } = [];

    public async ValueTask InitializeAsync()
    {
        await _engine.StartAsync();
        using var http = new RawHttp(_engine.HttpPort);
        Metadata = await GetAsync(http, "/fhir/metadata");
        for (var number = 1; number <= 3; number++)
        {
            var order = HostileBodies.Order.Replace("\"P1\"", $"\"P{number}\"", StringComparison.Ordinal);
            Assert.Equal(200, (await http.SendAsync(Sent("POST", "/fhir/", Encoding.UTF8.GetBytes(order)))).Status);
        }

        foreach (var example in Examples)
        {
            var resource = JsonNode.Parse(example)!;
            await http.SendAsync(Sent("PUT", $"/fhir/{resource["resourceType"]}/{resource["id"]}", example));
        }

        foreach (var type in new[] { "Patient", "Encounter", "ServiceRequest", "Task", "Appointment", "Organization", "Location", "List", "Consent", "DocumentReference", "Device" })
        {
            foreach (var target in new[] { $"/fhir/{type}?_count=1", $"/fhir/{type}?_count=2&_sort=_id,-_lastUpdated", $"/fhir/{type}/_history?_count=1" })
            {
                var page = await GetAsync(http, target);
                if (!target.Contains("_history", StringComparison.Ordinal)) Stored.AddRange((page["entry"]?.AsArray() ?? []).Select(static one => Encoding.UTF8.GetBytes(one!["resource"]!.ToJsonString())));
                Links.AddRange((page["link"]?.AsArray() ?? []).Where(static one => (string?)one!["relation"] == "next").Select(static one => new Uri((string)one!["url"]!).PathAndQuery));
            }
        }

        // The definitions are loaded once, which takes seconds.
        if (Many) await http.SendAsync(Sent("POST", "/fhir/Organization/$validate", Examples[0]));
        Assert.NotEmpty(Links);
        Assert.NotEmpty(Stored);
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private static async Task<JsonNode> GetAsync(RawHttp http, string target) =>
        JsonNode.Parse((await http.SendAsync(new HostileRequest("GET", target, null, []))).Body)!;

    private static HostileRequest Sent(string method, string target, byte[] body) => new(method, target, "application/fhir+json", body);
}
