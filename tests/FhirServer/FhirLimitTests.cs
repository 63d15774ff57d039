using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace CloudPacs.FhirServer.Tests;

/// <summary>More requests than are taken: refused in words, with the time to try again.</summary>
public sealed class FhirLimitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_one_client_so_many_requests_are_taken_in_a_second()
    {
        await using var limits = new FhirLimits(requestsPerSecond: 1, atOnce: 10, waiting: 10);
        await using var site = await FhirSite.StartAsync(limits);

        var statuses = new List<int>();
        for (var i = 0; i < 8; i++) statuses.Add(await StatusAsync(site, "metadata", "evil, 192.0.2.1"));

        Assert.Equal([200, 200, 200, 200, 200], statuses.Take(5));
        Assert.Contains(429, statuses);
        Assert.Equal(200, await StatusAsync(site, "metadata", "192.0.2.2"));
        for (var i = 0; i < 8; i++) Assert.Equal(200, await StatusAsync(site, "metadata", forwardedFor: null));
    }

    [Fact]
    public async Task Four_times_too_many_at_once_are_refused_and_the_rest_is_answered()
    {
        await using var limits = new FhirLimits(requestsPerSecond: 0, atOnce: 4, waiting: 4);
        await using var site = await FhirSite.StartAsync(limits);
        site.Put("Patient", "p1", DateTimeOffset.UnixEpoch, """{"resourceType":"Patient","id":"p1"}""");
        var ready = new TaskCompletionSource();
        site.Ready = ready.Task;

        var requests = Enumerable.Range(0, 32).Select(_ => StatusAsync(site, "Patient/p1", null)).ToList();
        // Those that are taken answer when all others were refused.
        while (requests.Count(static request => request.IsCompleted) < 24) await Task.WhenAny(requests.Where(static request => !request.IsCompleted));
        ready.SetResult();
        var statuses = await Task.WhenAll(requests);

        Assert.Equal((8, 24), (statuses.Count(static status => status == 200), statuses.Count(static status => status == 503)));
        Assert.Equal(200, await StatusAsync(site, "Patient/p1", null));
    }

    private static async Task<int> StatusAsync(FhirSite site, string path, string? forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (forwardedFor is not null) request.Headers.Add("X-Forwarded-For", forwardedFor);
        using var response = await site.Client.SendAsync(request, Cancel);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
            Assert.Equal("throttled", (string)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["issue"]![0]!["code"]!);
        }

        return (int)response.StatusCode;
    }
}
