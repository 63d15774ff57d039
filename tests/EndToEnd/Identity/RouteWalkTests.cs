using System.Net;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.Integration.Hosting;
using CloudPacs.Settings;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Identity;

/// <summary>All routes that the engine has, asked by callers who must not get anywhere.</summary>
public sealed class RouteWalkTests
{
    /// <summary>Where nothing of a patient is, and everybody may look.</summary>
    private static readonly string[] Open = ["/health/live", "/health/ready", "/fhir/metadata", "/fhir/.well-known/smart-configuration"];

    [Fact]
    public async Task No_route_answers_who_is_not_known()
    {
        using var issuer = new TokenIssuer();
        await using var inside = await EngineInside.StartNewAsync(issuer.Settings);
        var key = await KeyAsync(inside);
        await inside.StopAsync();
        var settings = SettingsLoader.Read(new ConfigurationBuilder().AddInMemoryCollection(
            issuer.Settings.Concat(
            [
                ("DATA", inside.DataFolder), ("DATABASE__CONNECTIONSTRING", inside.Database), ("MAPPING__DIRECTORY", Repository.Mappings),
                ("HTTP__PORT", "0"), ("MLLP__PORT", "0"), ("DICOM__PORT", "0"),
            ]).Select(static one => KeyValuePair.Create(one.Item1.Replace("__", ":", StringComparison.Ordinal), (string?)one.Item2))).Build());
        await using var app = WebHost.Create(settings, NullLoggerFactory.Instance);
        await using var engine = await Engine.StartAsync(settings, TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        WebHost.Map(app, engine, settings, TimeProvider.System);
        await WebHost.StartAsync(app, engine, settings, TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        var shown = issuer.BadTokens().Append(("revoked key", key)).Append(("nothing", "")).ToList();
        var wrong = new List<string>();
        var routes = ((IEndpointRouteBuilder)app).DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>().ToList();
        Assert.True(routes.Count > 80, $"{routes.Count} routes");
        foreach (var route in routes)
        {
            var path = PathOf(route.RoutePattern.RawText ?? "");
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                // All of them at one route of each kind, of which nothing differs behind the gate; else two.
                var tries = route.Order == 0 && routes.IndexOf(route) % 20 == 0 ? shown : [shown[2], shown[^1]];
                foreach (var (fault, token) in tries)
                {
                    using var request = new HttpRequestMessage(new HttpMethod(method), path);
                    if (token.Length > 0) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
                    using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
                    var isRight = Open.Contains(path)
                        ? answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                        : answer.StatusCode == HttpStatusCode.Unauthorized && answer.Headers.WwwAuthenticate.ToString().StartsWith("Bearer", StringComparison.Ordinal);
                    if (!isRight) wrong.Add($"{method} {path} with {fault}: {(int)answer.StatusCode}");
                }
            }
        }

        // What is mapped beside the routes.
        foreach (var path in new[] { "/jobs", "/jobs/recurring", "/", "/viewer/", "/none", "//fhir/Patient", "/FHIR/Patient", "/fhir/../api/status" })
        {
            using var answer = await http.GetAsync(new Uri(http.BaseAddress!.ToString().TrimEnd('/') + path), TestContext.Current.CancellationToken);
            if (answer.StatusCode != HttpStatusCode.Unauthorized) wrong.Add($"{path}: {(int)answer.StatusCode}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>Makes a key and revokes it.</summary>
    private static async Task<string> KeyAsync(TestedEngine engine)
    {
        using var http = Callers.OfMachine(engine);
        var made = await http.SendJsonAsync(HttpMethod.Post, "/api/keys?name=walk&roles=administrator", HttpStatusCode.Created);
        await http.SendJsonAsync(HttpMethod.Delete, $"/api/keys/{made["id"]}", HttpStatusCode.OK);
        return (string)made["key"]!;
    }

    private static string PathOf(string pattern)
    {
        var parts = pattern.Split('/').Select(static part => part switch
        {
            ['{', '*', ..] => "rest",
            ['{', ..] when part.Contains(":guid", StringComparison.Ordinal) => "00000000-0000-7000-8000-000000000001",
            "{type}" => "Patient",
            ['{', ..] => "1",
            _ => part,
        });
        return "/" + string.Join('/', parts).Trim('/');
    }
}
