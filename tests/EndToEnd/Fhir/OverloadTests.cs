using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Fhir;

/// <summary>
/// Four times as many requests a second as the engine answers, for a minute, whether or not those before were answered: each is answered, or
/// refused with the time to try again; none makes the server fail, memory does not grow, afterwards all is as before, and what was made is
/// there. Takes two minutes: with <c>CLOUDPACS_LONG=1</c>.
/// </summary>
public sealed class OverloadTests(ITestOutputHelper output)
{
    private const int Clients = 32, Resources = 200, TooMany = 4;

    /// <summary>What may come on top of the memory after the first third.</summary>
    private const long MostGrowth = 64L << 20;

    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(10), Overloaded = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private long _sent, _made, _waiting, _mostWaiting;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Four_times_too_many_requests_are_answered_or_refused_and_leave_nothing_behind()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1", "CLOUDPACS_LONG=1 runs it.");
        await using var engine = await EngineProcess.StartNewAsync();
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 20_000, PooledConnectionLifetime = Timeout.InfiniteTimeSpan };
        using var http = new HttpClient(handler) { BaseAddress = new Uri($"http://127.0.0.1:{engine.HttpPort}/fhir/"), Timeout = TimeSpan.FromSeconds(100) };
        for (var number = 0; number < Resources; number++) Assert.Equal("201", await StatusOfAsync(http, Organization(HttpMethod.Put, $"Organization/o{number}", $"\"id\":\"o{number}\",", number)));
        await AnswersPerSecondAsync(http, Measured / 5);
        var rate = await AnswersPerSecondAsync(http, Measured);
        Assert.Equal(["200", "201"], _answers.Keys.Order(StringComparer.Ordinal));
        _answers.Clear();
        var before = engine.ForgetPeakMemory();

        var (started, sent, afterThird) = (Stopwatch.GetTimestamp(), 0L, 0L);
        for (var elapsed = TimeSpan.Zero; elapsed < Overloaded; elapsed = Stopwatch.GetElapsedTime(started))
        {
            for (; sent < elapsed.TotalSeconds * rate * TooMany; sent++) _ = SendAsync(http);
            if (afterThird == 0 && elapsed > Overloaded / 3) afterThird = engine.PeakMemory;
            await Task.Delay(5, Token);
        }

        var taken = Stopwatch.GetElapsedTime(started);
        var (atEnd, recovering) = (engine.PeakMemory, Stopwatch.GetTimestamp());
        while (Interlocked.Read(ref _waiting) > 0 && Stopwatch.GetElapsedTime(recovering) < TimeSpan.FromSeconds(60)) await Task.Delay(20, Token);
        var drained = Stopwatch.GetElapsedTime(recovering);
        for (var number = 0; number < 50; number++) Assert.Contains(await StatusOfAsync(http, Next()), new[] { "200", "201" });
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {rate:0} answers a second by {Clients} clients, then {sent / taken.TotalSeconds:0} requests a second for {taken.TotalSeconds:0} s, at most {_mostWaiting} at once: {string.Join(", ", _answers.OrderBy(static one => one.Key, StringComparer.Ordinal).Select(static one => $"{one.Key}: {one.Value}"))};
            {before >> 20} MiB before, at most {afterThird >> 20} MiB in the first third and {atEnd >> 20} MiB in all; the rest was answered in {drained.TotalMilliseconds:0} ms, 50 more in {(Stopwatch.GetElapsedTime(recovering) - drained).TotalMilliseconds:0} ms
            """));

        Assert.Equal(0, Interlocked.Read(ref _waiting));
        Assert.Empty(_answers.Keys.Except(["200", "201", "429", "503"]));
        Assert.True(_answers.GetValueOrDefault("503") > sent / 10, "It was no overload.");
        Assert.True(atEnd < afterThird + MostGrowth, $"{afterThird >> 20} MiB, then {atEnd >> 20} MiB");
        Assert.DoesNotContain("Exception", engine.Errors, StringComparison.Ordinal);
        var made = JsonNode.Parse(await http.GetStringAsync(new Uri("Organization?name:exact=made&_summary=count", UriKind.Relative), Token))!;
        Assert.True((long)made["total"]! >= Interlocked.Read(ref _made), $"{_made} were made, {made["total"]} are there");
    }

    /// <summary>As many as are answered when each client waits for its answer.</summary>
    private async Task<double> AnswersPerSecondAsync(HttpClient http, TimeSpan duration)
    {
        var (started, before) = (Stopwatch.GetTimestamp(), Interlocked.Read(ref _sent));
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(started) < duration) await SendAsync(http);
        }));
        return (Interlocked.Read(ref _sent) - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private async Task SendAsync(HttpClient http)
    {
        var waiting = Interlocked.Increment(ref _waiting);
        if (waiting > _mostWaiting) _mostWaiting = waiting;
        var request = Next();
        var isMade = request.Method == HttpMethod.Post && request.RequestUri?.OriginalString == "Organization";
        var answer = await StatusOfAsync(http, request);
        if (isMade && answer == "201") Interlocked.Increment(ref _made);
        _answers.AddOrUpdate(answer, 1, static (_, times) => times + 1);
        Interlocked.Decrement(ref _waiting);
    }

    private static async Task<string> StatusOfAsync(HttpClient http, HttpRequestMessage request)
    {
        try
        {
            using (request)
            using (var response = await http.SendAsync(request, Token))
            {
                await response.Content.ReadAsByteArrayAsync(Token);
                var status = (int)response.StatusCode;
                return status is 429 or 503 && response.Headers.RetryAfter is null ? $"{status} without Retry-After" : status.ToString(CultureInfo.InvariantCulture);
            }
        }
        catch (HttpRequestException e)
        {
            return e.InnerException?.Message ?? e.Message;
        }
    }

    /// <summary>Reads, searches, creates, updates, orders with their patients.</summary>
    private HttpRequestMessage Next()
    {
        var number = Interlocked.Increment(ref _sent);
        var id = $"o{number * 7 % Resources}";
        return (number % 10) switch
        {
            < 4 => new HttpRequestMessage(HttpMethod.Get, $"Organization/{id}"),
            < 6 => new HttpRequestMessage(HttpMethod.Get, $"Organization?identifier=urn:overload|{number % Resources}"),
            6 => new HttpRequestMessage(HttpMethod.Get, $"ServiceRequest?identifier=P{number % 1000}&_include=ServiceRequest:patient&_count=5"),
            7 => Organization(HttpMethod.Post, "Organization", "\"name\":\"made\",", number),
            8 => Organization(HttpMethod.Put, $"Organization/{id}", $"\"id\":\"{id}\",", number),
            _ => With(HttpMethod.Post, "", HostileBodies.Order.Replace("MRN1", $"MRN{number / 100}", StringComparison.Ordinal).Replace("\"P1\"", $"\"P{number}\"", StringComparison.Ordinal).Replace("VN1", $"VN{number}", StringComparison.Ordinal)),
        };
    }

    private static HttpRequestMessage Organization(HttpMethod method, string path, string members, long number) =>
        With(method, path, $"{{\"resourceType\":\"Organization\",{members}\"alias\":[\"{number}\"],\"identifier\":[{{\"system\":\"urn:overload\",\"value\":\"{number % Resources}\"}}]}}");

    private static HttpRequestMessage With(HttpMethod method, string path, string body) =>
        new(method, path) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/fhir+json")) };
}
