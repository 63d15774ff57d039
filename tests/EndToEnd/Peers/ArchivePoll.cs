using System.Net;
using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>Has the engine ask another archive for what is new.</summary>
internal static class ArchivePoll
{
    /// <returns>How the archive stands after that.</returns>
    public static async Task<JsonNode> RunAsync(TestedEngine engine, string archive, bool whole = false)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        var token = TestContext.Current.CancellationToken;
        for (var left = 100; ; left--)
        {
            using var answer = await http.PostAsync(new Uri($"http://127.0.0.1:{engine.HttpPort}/api/archives/{archive}/poll?whole={(whole ? "true" : "false")}"), null, token);
            // The timed poll may be at it.
            if (answer.StatusCode == HttpStatusCode.Conflict && left > 0)
            {
                await Task.Delay(100, token);
                continue;
            }

            var body = await answer.Content.ReadAsStringAsync(token);
            Assert.True(answer.IsSuccessStatusCode, body + engine.Errors);
            return JsonNode.Parse(body)!;
        }
    }
}
