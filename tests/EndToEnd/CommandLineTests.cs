using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>The verbs as people and scripts use them: what they print and how they end (0 done, 1 failed, 2 wrong usage).</summary>
public sealed class CommandLineTests(SharedEngine shared)
{
    [Theory]
    [InlineData("--port: '99999' is not a whole number from 1 to 65535.", "send", "-", "--port", "99999")]
    [InlineData("--connections: '0' is not a whole number from 1 to 1000.", "send", "-", "--connections", "0")]
    [InlineData("--timeout: '-5' is not a number from 0.1 to 86400.", "send", "-", "--timeout", "-5")]
    [InlineData("Cannot parse argument 'abc' for option '--port'", "send", "-", "--port", "abc")]
    [InlineData("--calling: 'SEVENTEEN_LETTERS' is not an AE title", "echo", "--aet", "SEVENTEEN_LETTERS")]
    [InlineData("--date: '2026-11-28' is not a date such as 20261124", "find", "--date", "2026-11-28")]
    [InlineData("--url: 'nonsense' is not an address such as", "messages", "list", "--url", "nonsense")]
    [InlineData("--since: 'yesterday' is not a time such as", "messages", "list", "--since", "yesterday")]
    [InlineData("Unrecognized command or argument 'frobnicate'", "frobnicate")]
    public async Task Wrong_usage_is_said_in_words_and_in_JSON(string problem, params string[] arguments)
    {
        var words = await RunAsync(arguments);
        var json = await RunAsync([.. arguments, "--json"]);

        Assert.Equal((2, 2), (words.ExitCode, json.ExitCode));
        Assert.Contains(problem, words.Output + words.Errors, StringComparison.Ordinal);
        Assert.Contains(problem, (string?)JsonNode.Parse(json.Output)!["error"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no file or folder '/no/such/file'.", "send", "/no/such/file")]
    [InlineData("Cannot connect to 127.0.0.1:1: Connection refused.", "echo", "--port", "1")]
    [InlineData("Cannot connect to 127.0.0.1:1: Connection refused.", "find", "--port", "1")]
    [InlineData("'Nonsense' is no keyword and no tag", "find", "--key", "Nonsense=1")]
    [InlineData("The engine does not answer at http://127.0.0.1:1", "messages", "list", "--url", "http://127.0.0.1:1")]
    public async Task A_failure_is_said_in_words_and_in_JSON(string problem, params string[] arguments)
    {
        var words = await RunAsync(arguments);
        var json = await RunAsync([.. arguments, "--json"]);

        Assert.Equal((1, 1), (words.ExitCode, json.ExitCode));
        Assert.Contains(problem, words.Errors, StringComparison.Ordinal);
        Assert.Contains(problem, (string?)JsonNode.Parse(json.Output)!["error"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "Send HL7v2 messages to an MLLP port", "send", "--help")]
    [InlineData(1, "The engine does not answer at http://127.0.0.1:1", "messages", "list", "--url", "http://127.0.0.1:1", "--json")]
    [InlineData(2, "--timeout: '-5' is not a number from 0.1 to 86400.", "send", "-", "--timeout", "-5", "--json")]
    public async Task The_program_prints_what_its_verb_says_and_ends_with_its_code(int code, string text, params string[] arguments)
    {
        var run = await EngineProgram.RunAsync(arguments);

        Assert.Equal(code, run.ExitCode);
        Assert.Contains(text, run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Errors);
    }

    [Fact]
    public async Task Orders_of_a_folder_are_sent_found_and_listed_by_time()
    {
        var engine = await shared.GetAsync();
        using var folder = new ScratchFolder();
        folder.Write("a.hl7", new OrderText("CLI-1", "CLI-A1", "CLI^ONE").ToString());
        folder.Write("sub/two.txt", (new OrderText("CLI-2", "CLI-A2", "CLI^TWO").ToString() + new OrderText("CLI-3", "CLI-A3", "CLI^THREE")).Replace('\r', '\n'));
        var url = $"http://127.0.0.1:{engine.HttpPort}";

        var sent = await RunAsync("send", folder.Path, "--port", $"{engine.MllpPort}", "--connections", "2", "--json");
        var found = await RunAsync("find", "--port", $"{engine.DicomPort}", "--name", "CLI*");
        var before = await RunAsync("messages", "list", "--url", url, "--key", "CLI-A2", "--until", "2020-01-01", "--json");
        var since = await RunAsync("messages", "list", "--url", url, "--key", "CLI-A2", "--since", "2020-01-01", "--json");

        Assert.Equal(0, sent.ExitCode);
        Assert.Equal(3, (int)JsonNode.Parse(sent.Output)!["accepted"]!);
        Assert.All(["CLI-A1", "CLI-A2", "CLI-A3"], accession => Assert.Contains(accession, found.Output, StringComparison.Ordinal));
        Assert.Empty(JsonNode.Parse(before.Output)!["messages"]!.AsArray());
        Assert.Single(JsonNode.Parse(since.Output)!["messages"]!.AsArray());
    }

    [Fact]
    public async Task A_message_is_found_by_the_number_that_we_assigned_and_shows_what_it_made()
    {
        var engine = await shared.GetAsync();
        using var folder = new ScratchFolder();
        var order = new OrderText("CLI-7", "CLI-A7", "CLI^SEVEN").ToString().Replace("|CLI-7|RP", "||RP", StringComparison.Ordinal);
        await RunAsync("send", folder.Write("a.hl7", order), "--port", $"{engine.MllpPort}");
        var url = $"http://127.0.0.1:{engine.HttpPort}";
        var sent = JsonNode.Parse((await RunAsync("messages", "list", "--url", url, "--key", "CLI-A7", "--json")).Output)!["messages"]![0]!;
        var assigned = sent["keys"]!.AsArray().Select(static key => (string)key!).Single(static key => key.StartsWith("acc:", StringComparison.Ordinal))[4..];

        var found = JsonNode.Parse((await RunAsync("messages", "list", "--url", url, "--key", assigned, "--json")).Output)!["messages"]!.AsArray();
        var shown = await RunAsync("messages", "show", "--url", url, (string)sent["id"]!);

        Assert.Equal((string?)sent["id"], (string?)Assert.Single(found)!["id"]);
        var resource = shown.Output.Split('\n').Single(static line => line.StartsWith("order.placed", StringComparison.Ordinal)).Split("  ")[1].Trim();
        using var client = new HttpClient();
        Assert.Contains("PCLI-7", await client.GetStringAsync(new Uri($"{url}/fhir/{resource}"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_in_a_table_are_whole_where_the_output_is_no_terminal()
    {
        var engine = await shared.GetAsync();
        using var folder = new ScratchFolder();
        await RunAsync("send", folder.Write("a.hl7", new OrderText("CLI-9", "CLI-A9", "CLI^NINE").ToString()), "--port", $"{engine.MllpPort}");
        var url = $"http://127.0.0.1:{engine.HttpPort}";
        var id = (string)JsonNode.Parse((await RunAsync("messages", "list", "--url", url, "--key", "CLI-A9", "--json")).Output)!["messages"]![0]!["id"]!;

        var table = await EngineProgram.RunAsync("messages", "list", "--url", url, "--key", "CLI-A9");

        Assert.Contains(id, table.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("messages?limit=0", 400)]
    [InlineData("messages?limit=many", 400)]
    [InlineData("messages?since=yesterday", 400)]
    [InlineData("messages?status=99", 400)]
    [InlineData("messages/none", 404)]
    [InlineData("nothing", 404)]
    public async Task Refusals_of_the_API_are_problem_details(string path, int status)
    {
        var engine = await shared.GetAsync();
        using var client = new HttpClient();

        using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{engine.HttpPort}/api/{path}"), TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    private static Task<ToolResult> RunAsync(params string[] arguments) => Verb.RunAsync(arguments);
}
