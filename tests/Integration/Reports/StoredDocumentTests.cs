using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Integration.Changes;
using CloudPacs.Integration.Tests.Messages;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Settings;
using Xunit;

namespace CloudPacs.Integration.Tests.Reports;

/// <summary>Documents that name others, on a real database: only what a message leads to is at hand.</summary>
public sealed class StoredDocumentTests(PostgresFixture postgres) : StoreTest(postgres)
{
    private readonly Pipeline _pipeline = new();
    private int _count;

    [Fact]
    public async Task What_becomes_of_an_addendum_shows_in_its_document_though_no_message_names_that_again()
    {
        await using var changes = Receivers.Changes(Database, Store);
        await AcceptAsync(changes, Document("T02", "D1"));
        await AcceptAsync(changes, Document("T06", "D2", parent: "D1"));
        Assert.Equal("appended", (string?)(await ReportAsync("D1"))["status"]);

        await AcceptAsync(changes, Document("T03", "D2"));
        var parent = ParentOf(await ReportAsync("D2"));
        await AcceptAsync(changes, Document("T11", "D2"));

        Assert.Equal("DiagnosticReport/" + (await ReportAsync("D1"))["id"], (string?)parent["reference"]);
        Assert.Equal(("final", "cancelled"), ((string?)(await ReportAsync("D1"))["status"], (string?)(await ReportAsync("D2"))["status"]));
    }

    [Fact]
    public async Task An_addendum_refers_to_its_document_whatever_is_written_next()
    {
        await using var changes = Receivers.Changes(Database, Store);
        await AcceptAsync(changes, Document("T06", "D2", parent: "D1"));
        var waits = ParentOf(await ReportAsync("D2"));
        await AcceptAsync(changes, Document("T02", "D1", placer: "PL9"));
        var known = ParentOf(await ReportAsync("D2"));

        await AcceptAsync(changes, new ReportText().Order());

        var reference = "DiagnosticReport/" + (await ReportAsync("D1"))["id"];
        var linked = await ReportAsync("D2");
        Assert.NotNull(linked["basedOn"]);
        Assert.Equal(
            ("D1", reference, reference),
            ((string?)waits["display"], (string?)known["reference"], (string?)ParentOf(linked)["reference"]));
    }

    [Fact]
    public async Task A_document_that_names_another_parent_leaves_the_first_one()
    {
        await using var changes = Receivers.Changes(Database, Store);
        foreach (var first in (string[])["D1", "D3"]) await AcceptAsync(changes, Document("T02", first));
        await AcceptAsync(changes, Document("T06", "D2", parent: "D1"));

        var answer = await AcceptAsync(changes, Document("T06", "D2", parent: "D3"));

        Assert.Contains("TXA^1^13", answer, StringComparison.Ordinal);
        Assert.Equal(("final", "appended"), ((string?)(await ReportAsync("D1"))["status"], (string?)(await ReportAsync("D3"))["status"]));
        Assert.Equal("DiagnosticReport/" + (await ReportAsync("D3"))["id"], (string?)ParentOf(await ReportAsync("D2"))["reference"]);
    }

    private static JsonNode ParentOf(JsonNode report) => Assert.Single(report["extension"]!.AsArray())!["valueReference"]!;

    private ReportText Document(string trigger, string document, string? parent = null, string placer = "PL1") => new()
    {
        Type = "MDM^" + trigger, HasOrder = false, ControlId = $"R{++_count}", Sent = $"2026031008{_count:00}00+0530",
        Results = [$"TXA|1|DI^Diagnostic imaging^L|TX|20260310080000+0530||||||||{document}|{parent}|{placer}|||AU", ReportText.Text(document)],
    };

    private Task<string> AcceptAsync(ChangePipeline changes, ReportText report) => AcceptAsync(changes, report.ToString());

    private async Task<string> AcceptAsync(ChangePipeline changes, string message)
    {
        var answers = await Receivers.AcceptAsync(changes, new MllpListenerSettings(), _pipeline.Reader, Database, Ids, message, Cancel);
        var answer = Encoding.UTF8.GetString(Assert.Single(answers).Span);
        Assert.Contains("MSA|AA|", answer, StringComparison.Ordinal);
        return answer;
    }

    private async Task<JsonNode> ReportAsync(string document)
    {
        var id = await ScalarAsync<Guid>($"SELECT id FROM report WHERE number_value = '{document}'");
        var stored = await InBatchAsync(KeysOf(document), (workspace, _) => workspace.FindFhir("DiagnosticReport", id.ToString())!.Content);
        return JsonNode.Parse(stored.Span)!;
    }

    private static CloudPacs.Store.Workspaces.WorkspaceKeys KeysOf(string document) => new() { ReportNumbers = { document } };
}
