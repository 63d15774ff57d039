using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Fhir;

/// <summary>
/// Hostile searches and bodies at the FHIR endpoint: each is answered, or refused with an OperationOutcome; none makes the server fail, no statement
/// comes to its time limit, and memory does not grow. Some hundreds, with <c>CLOUDPACS_LONG=1</c> 20,000 searches, 100,000 bodies and 20,000 odd shapes;
/// <c>CLOUDPACS_CASES</c> and <c>CLOUDPACS_SEED</c> make another number of them, or others.
/// </summary>
public sealed class HostileRequestTests(HostileEngine engine, ITestOutputHelper output) : IClassFixture<HostileEngine>
{
    private const int Senders = 4, MostShown = 25;

    /// <summary>What may come on top of the memory after the first third.</summary>
    private const long MostGrowth = 96L << 20;

    private static readonly int Seed = Number("CLOUDPACS_SEED", 20_261_201);

    /// <summary>No statement is as fast as this slow: its time limit is 10 seconds.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(9);

    private static readonly int[] Expected = [200, 201, 204, 304, 400, 404, 405, 406, 409, 410, 412, 413, 414, 415, 422, 428, 431];

    private readonly ConcurrentDictionary<string, string> _failures = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, int> _statuses = [];
    private TimeSpan _slowest;
    private string _slowestRequest = "";

    [Fact]
    public Task No_search_makes_the_server_fail() =>
        SendAllAsync(20_000, 500, random => new HostileSearches(random, engine.Metadata, engine.Links).Next);

    [Fact]
    public Task No_body_makes_the_server_fail() =>
        SendAllAsync(100_000, 500, random => new HostileBodies(random, engine.Examples, engine.Stored).Next);

    [Fact]
    public Task No_odd_shape_makes_the_server_fail() =>
        SendAllAsync(20_000, 300, random => new HostileShapes(random, new HostileSearches(random, engine.Metadata, engine.Links), engine.Examples, engine.Stored).Next);

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private async Task SendAllAsync(int many, int some, Func<Random, Func<HostileRequest>> maker)
    {
        var count = Number("CLOUDPACS_CASES", HostileEngine.Many ? many : some);
        var (sent, afterThird) = (0, 0L);
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async sender =>
        {
            var next = maker(new Random(Seed + sender));
            using var http = new RawHttp(engine.Engine.HttpPort);
            for (var number = 0; number < count / Senders; number++)
            {
                await SendAsync(http, next());
                if (Interlocked.Increment(ref sent) == count / 3 && engine.Memory is { } then) afterThird = then;
            }
        }));

        var told = string.Join(", ", _statuses.OrderBy(static one => one.Key).Select(static one => $"{one.Key}: {one.Value}"));
        var now = engine.Memory;
        var memory = now is null ? "" : $"; {afterThird >> 20} MiB after a third, {now >> 20} MiB at the end";
        output.WriteLine($"{sent} requests, slowest {_slowest.TotalMilliseconds:0} ms: {_slowestRequest}; {told}{memory}");
        var faults = engine.Engine.Errors.Split('\n').Where(static line => line.Contains("Exception", StringComparison.Ordinal)).GroupBy(static line => line).Take(MostShown);
        Assert.True(_failures.IsEmpty, $"{told}\n{string.Join('\n', faults.Select(static one => $"{one.Count()} x {one.Key}"))}\n{string.Join("\n\n", _failures.Take(MostShown).Select(static one => $"{one.Key}\n  {one.Value}"))}");
        Assert.True(_slowest < Longest, $"{_slowest}: {_slowestRequest}");
        Assert.True(now is null || now < afterThird + MostGrowth, memory);
        Assert.True(_statuses.GetValueOrDefault(200) > sent / 50 && _statuses.GetValueOrDefault(400) > sent / 20, told);
        Assert.Equal("ready", await engine.Engine.GetAsync("/health/ready"));
    }

    private async Task SendAsync(RawHttp http, HostileRequest request)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await http.SendAsync(request);
        var taken = Stopwatch.GetElapsedTime(started);
        _statuses.AddOrUpdate(answer.Status, 1, static (_, times) => times + 1);
        // A Bundle is as many requests as it has entries.
        if (taken > _slowest && request.Target != "/fhir/") (_slowest, _slowestRequest) = (taken, Shown(request));
        if (!Expected.Contains(answer.Status)) Fail($"{answer.Status} {Encoding.UTF8.GetString(answer.Body)}", request);
        else if (Wrong(request, answer) is { } wrong) Fail(wrong, request);
    }

    /// <summary>What is wrong with an answer; null for nothing.</summary>
    private static string? Wrong(HostileRequest request, RawAnswer answer)
    {
        if (request.Method == "HEAD" || answer.Body.Length == 0 || !answer.Type.Contains("json", StringComparison.Ordinal)) return null;
        try
        {
            var body = JsonNode.Parse(answer.Body, documentOptions: new JsonDocumentOptions { MaxDepth = 1000 })!;
            var type = (string?)body["resourceType"];
            if (type == "Bundle" && (body["entry"] as JsonArray)?.Select(static entry => (string?)entry!["response"]?["status"]).FirstOrDefault(static status => status?[0] == '5') is { } failed)
                return $"{failed} in a Bundle";
            return answer.Status >= 400 && type != "OperationOutcome" ? $"{answer.Status} with a {type}" : null;
        }
        catch (JsonException e)
        {
            return $"{answer.Status} and no JSON: {e.Message}";
        }
    }

    /// <summary>One of each kind is shown, with the request that it came of.</summary>
    private void Fail(string what, HostileRequest request)
    {
        var kind = $"{request.Method} {request.Target.Split('?')[0].Split('/').ElementAtOrDefault(2)}: {(what.Length > 300 ? what[..300] : what)}";
        _failures.TryAdd(kind, Shown(request));
    }

    private static string Shown(HostileRequest request)
    {
        var body = Encoding.UTF8.GetString(request.Body);
        return $"{request.Method} {(request.Target.Length > 1000 ? request.Target[..1000] : request.Target)} {request.Type} {string.Join(' ', request.Headers)}\n  {(body.Length > 3000 ? body[..3000] : body)}";
    }
}
