using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>A person at the command line of a running engine.</summary>
internal sealed class OperatorDesk(TestedEngine engine)
{
    private string Url => $"http://127.0.0.1:{engine.HttpPort}";

    public Task<ToolResult> RunAsync(params string[] arguments) =>
        Verb.RunAsync([.. arguments, "--url", Url]);

    /// <summary>Runs a verb that succeeds.</summary>
    public async Task DoAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.Output}{result.Errors}");
    }

    /// <summary>Runs a verb that is refused.</summary>
    /// <returns>What it said.</returns>
    public async Task<string> RefusedAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 1, $"{string.Join(' ', arguments)}: {result.ExitCode} {result.Output}{result.Errors}");
        return result.Errors;
    }

    /// <summary>Runs a verb that prints JSON.</summary>
    public async Task<JsonNode> ReadAsync(params string[] arguments)
    {
        var result = await RunAsync([.. arguments, "--json"]);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.Output}{result.Errors}");
        return JsonNode.Parse(result.Output)!;
    }

    /// <summary>Whether the study is among those that wait for a person.</summary>
    public async Task<bool> IsUndecidedAsync(string studyInstanceUid) =>
        (await ReadAsync("studies", "list", "--limit", "1000"))["studies"]!.AsArray().Any(study => (string?)study!["studyInstanceUid"] == studyInstanceUid);
}
