using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPacs.Identity;
using CloudPacs.Integration.Hosting;
using CloudPacs.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CloudPacs.Benchmarks;

/// <summary>
/// What it costs that callers say who they are: hot reads and searches of an engine that asks nobody, beside one that asks everybody, by API key, by
/// token, and by a token for one patient; and what a thousand forged tokens a second do to others. Clients and engines in this process.
/// </summary>
internal static class IdentityBenchmark
{
    private const int Clients = 16, Resources = 2000, Rounds = 3;
    private const string Issuer = "https://login.example", Audience = "pacs";
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5), Duration = TimeSpan.FromSeconds(4);

    public static async Task RunAsync(Report report)
    {
        using var key = RSA.Create(2048);
        using var folder = new DataFolder();
        var settings = folder.Settings();
        settings.Http.Port = 0;
        var keys = Path.Combine(settings.Data, "keys.json");
        var jwk = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(key.ExportParameters(false)) { KeyId = "one" });
        await File.WriteAllTextAsync(keys, JsonSerializer.Serialize(new { keys = new[] { new { kty = "RSA", kid = "one", use = "sig", n = jwk.N, e = jwk.E } } }));
        settings.Identity.Issuers["own"] = new IssuerSettings { Issuer = Issuer, Audiences = [Audience], KeysFile = keys };
        using var openFolder = new DataFolder();
        var openSettings = openFolder.Settings();
        openSettings.Http.Port = 0;
        await using var asks = await EngineOf.StartAsync(settings);
        await using var open = await EngineOf.StartAsync(openSettings);
        var local = await File.ReadAllTextAsync(LocalKey.FileIn(settings.Data));
        var (patient, id) = await FillAsync(asks.EndPoint, local);
        var (_, openId) = await FillAsync(open.EndPoint, null);
        using var http = Client(asks.EndPoint, local);
        using var made = await http.PostAsync("/api/keys?name=benchmark&roles=system", null);
        var apiKey = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["key"]!;
        string Token(string scope, RSA signer) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer, Audience = Audience, Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1),
            Claims = new Dictionary<string, object> { ["sub"] = "app", ["scope"] = scope, ["patient"] = patient },
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(signer) { KeyId = "one" }, SecurityAlgorithms.RsaSha384),
        });
        (string Name, string Token)[] callers =
            [("API key", apiKey), ("token, system/*.rs", Token("system/*.rs", key)), ("token, patient/*.rs", Token("patient/*.rs", key))];
        foreach (var (what, path, openPath) in new[]
        {
            ("hot read", $"/fhir/Media/{id}", $"/fhir/Media/{openId}"), ("search by identifier", "/fhir/Media?identifier=M{0}", "/fhir/Media?identifier=M{0}"),
        })
        {
            foreach (var (name, token) in callers)
            {
                // In turns, so that what else the machine does meets both.
                await MeasureAsync(asks.EndPoint, path, token, WarmUp);
                await MeasureAsync(open.EndPoint, openPath, null, WarmUp);
                double with = 0, without = 0;
                for (var round = 0; round < Rounds; round++)
                {
                    without += (await MeasureAsync(open.EndPoint, openPath, null, Duration)).Rate / Rounds;
                    with += (await MeasureAsync(asks.EndPoint, path, token, Duration)).Rate / Rounds;
                }

                report.Add($"{what} by {name}, beside an engine that asks nobody", string.Create(CultureInfo.InvariantCulture, $"{with:N0}/s, beside {without:N0}/s: {with / without:0.00} x"), "≥ 0.9 x");
            }
        }

        await AddForgedAsync(report, asks.EndPoint, $"/fhir/Media/{id}", callers[1].Token, Token);
    }

    /// <summary>A thousand forged tokens a second, each another one, beside four callers who are known.</summary>
    private static async Task AddForgedAsync(Report report, IPEndPoint endPoint, string path, string token, Func<string, RSA, string> tokenOf)
    {
        using var other = RSA.Create(2048);
        string[] forged = [.. Enumerable.Range(0, 500).Select(i => tokenOf("system/*.cruds x" + i.ToString(CultureInfo.InvariantCulture), other))];
        var quiet = await HttpLoad.RunAsync(endPoint, 4, _ => Request(endPoint, path, token), Duration);
        using var stop = new CancellationTokenSource();
        var sent = 0;
        var storm = Task.WhenAll(Enumerable.Range(0, 10).Select(sender => Task.Run(async () =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            using var http = Client(endPoint, null);
            while (!stop.IsCancellationRequested)
            {
                await timer.WaitForNextTickAsync();
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", forged[Interlocked.Increment(ref sent) % forged.Length]);
                using var answer = await http.SendAsync(request);
                if (answer.StatusCode != HttpStatusCode.Unauthorized) throw new InvalidOperationException($"A forged token was answered {answer.StatusCode}.");
            }
        })));
        var stormy = await HttpLoad.RunAsync(endPoint, 4, _ => Request(endPoint, path, token), Duration * 2);
        await stop.CancelAsync();
        await storm;
        report.Add("hot read by token, 4 clients, beside forged tokens", string.Create(CultureInfo.InvariantCulture, $"{sent / (Duration * 2).TotalSeconds:N0} forged/s refused; {stormy.Rate:N0}/s, 99 % {stormy.P99Ms:0.0} ms, quiet {quiet.Rate:N0}/s, 99 % {quiet.P99Ms:0.0} ms"), "1,000 forged/s harm nobody");
    }

    private static Task<HttpRate> MeasureAsync(IPEndPoint endPoint, string path, string? token, TimeSpan duration) => HttpLoad.RunAsync(
        endPoint, Clients, turn => Request(endPoint, string.Format(CultureInfo.InvariantCulture, path, turn % Resources), token), duration);

    private static byte[] Request(IPEndPoint endPoint, string path, string? token) => Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nHost: {endPoint}\r\nAccept: application/fhir+json\r\n{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}\r\n");

    /// <summary>Resources of one patient, in transactions.</summary>
    private static async Task<(string Patient, string Id)> FillAsync(IPEndPoint endPoint, string? token)
    {
        using var http = Client(endPoint, token);
        var patient = await PostAsync(http, "/fhir/Patient", """{"resourceType":"Patient","identifier":[{"system":"http://his.example/mrn","value":"1"}],"name":[{"family":"Benchmark"}]}""");
        var note = new string('x', 1200);
        string Media(int i) => $$"""{"resourceType":"Media","status":"completed","identifier":[{"value":"M{{i}}"}],"subject":{"reference":"Patient/{{patient["id"]}}"},"content":{"contentType":"text/plain"},"note":[{"text":"{{note}}"}]}""";
        for (var i = 1; i < Resources; i += 200)
        {
            await PostAsync(http, "/fhir", """{"resourceType":"Bundle","type":"transaction","entry":[""" + string.Join(',', Enumerable.Range(i, 200).Select(one => $$"""{"resource":{{Media(one)}},"request":{"method":"POST","url":"Media"} }""")) + "]}");
        }

        return ((string)patient["id"]!, (string)(await PostAsync(http, "/fhir/Media", Media(0)))["id"]!);
    }

    private static async Task<JsonNode> PostAsync(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
        using var answer = await http.PostAsync(path, content);
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(await answer.Content.ReadAsStringAsync())!
            : throw new InvalidOperationException($"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    private static HttpClient Client(IPEndPoint endPoint, string? token)
    {
        var http = new HttpClient { BaseAddress = new Uri($"http://{endPoint}") };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    /// <summary>An engine with its web server.</summary>
    private sealed class EngineOf(Microsoft.AspNetCore.Builder.WebApplication app, Engine engine) : IAsyncDisposable
    {
        public IPEndPoint EndPoint { get; } = IPEndPoint.Parse(new Uri(app.Urls.First()).Authority);

        public static async Task<EngineOf> StartAsync(EngineSettings settings)
        {
            var app = WebHost.Create(settings, NullLoggerFactory.Instance);
            var engine = await Engine.StartAsync(settings, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
            WebHost.Map(app, engine, settings, TimeProvider.System);
            await WebHost.StartAsync(app, engine, settings, CancellationToken.None);
            return new EngineOf(app, engine);
        }

        public async ValueTask DisposeAsync()
        {
            await app.DisposeAsync();
            await engine.DisposeAsync();
        }
    }
}
