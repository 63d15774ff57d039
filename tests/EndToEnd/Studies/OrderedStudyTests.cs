using System.Text.Json.Nodes;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>Images of a patient who came without an order: a person at the command line places one.</summary>
public sealed class OrderedStudyTests(StudyEngine shared) : IAsyncLifetime
{
    private const string Root = "1.2.826.0.1.3680043.10.9.42.";
    private TestedEngine _engine = null!;
    private HisSender _his = null!;
    private OperatorDesk _desk = null!;

    public async ValueTask InitializeAsync()
    {
        Tool.SkipWithout("storescu");
        _engine = await shared.GetAsync();
        _his = new HisSender(_engine.MllpPort);
        _desk = new OperatorDesk(_engine);
    }

    public async ValueTask DisposeAsync()
    {
        if (_his is not null) await _his.DisposeAsync();
    }

    [Fact]
    public async Task A_study_of_a_walk_in_gets_an_order_that_no_modality_is_asked_to_perform()
    {
        await _his.PlaceAsync(new OrderText("OS01", "OS-1", "WALK^IN").Event("A04"));
        var image = new SentImage(Root + "1", "OS-1") { Accession = "OS01" };
        Assert.Equal([0], await Storescu.StoreAsync(_engine, image.File()));
        Assert.True(await _desk.IsUndecidedAsync(image.Study));

        var placed = await _desk.RunAsync("studies", "order", image.Study, "--description", "CT Head", "--actor", "m.rao", "--reason", "came by ambulance");

        Assert.True(placed.ExitCode == 0, placed.Errors);
        Assert.Contains("accession number OS01, COMPLETED", placed.Output, StringComparison.Ordinal);
        Assert.Empty(await Findscu.QueryAsync(_engine.DicomPort, "00100020=OS-1"));
        Assert.False(await _desk.IsUndecidedAsync(image.Study));
        var shown = await _desk.ReadAsync("studies", "show", image.Study);
        var order = Assert.Single(shown["orders"]!.AsArray())!;
        Assert.Equal(("linked", "person", "OS01", "m.rao", "came by ambulance"), (
            (string?)order["state"], (string?)order["rule"], (string?)order["accessionNumber"]!["value"], (string?)order["decidedBy"], (string?)order["reason"]));
        Assert.Equal(image.Study, (string?)order["scheduledUid"]);
        Assert.Equal(("study.linked", "m.rao"), ((string?)shown["history"]![0]!["act"], (string?)shown["history"]![0]!["actor"]));
        var study = await StudyResource.ReadAsync(_engine, image.Study);
        var request = JsonNode.Parse(await _engine.GetAsync($"/fhir/{Assert.Single(study["basedOn"]!.AsArray())!["reference"]}"))!;
        Assert.Equal(("completed", "original-order"), ((string?)request["status"], (string?)request["intent"]));
        Assert.Equal((string?)study["subject"]!["reference"], (string?)request["subject"]!["reference"]);

        // The same once more is done already.
        await _desk.DoAsync("studies", "order", image.Study);
        Assert.Contains("STU-039", await _desk.RefusedAsync("studies", "order", image.Study, "--accession", "OTHER"), StringComparison.Ordinal);
        Assert.Single((await _desk.ReadAsync("studies", "show", image.Study))["orders"]!.AsArray());
    }

    [Fact]
    public async Task Without_a_patient_or_with_a_modality_that_there_is_not_nothing_is_placed()
    {
        var image = new SentImage(Root + "2", "OS-2");
        Assert.Equal([0], await Storescu.StoreAsync(_engine, image.File()));

        Assert.Contains("STU-062", await _desk.RefusedAsync("studies", "order", image.Study), StringComparison.Ordinal);
        Assert.Contains("studies[0].modality", await _desk.RefusedAsync("studies", "order", image.Study, "--modality", "XYZ"), StringComparison.Ordinal);
        Assert.Contains("studies[0].start", await _desk.RefusedAsync("studies", "order", image.Study, "--start", "yesterday"), StringComparison.Ordinal);
        Assert.Empty((await _desk.ReadAsync("studies", "show", image.Study))["orders"]!.AsArray());
    }
}
