using System.IO.Pipelines;
using System.Net;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>Instances that are not shown: listed, looked at, released or dropped by a person at the command line.</summary>
public sealed class QuarantineTests(StudyEngine shared) : IAsyncLifetime
{
    private const string Root = "1.2.826.0.1.3680043.10.9.12.";
    private static readonly Tag Comments = new(0x0020, 0x4000);
    private TestedEngine _engine = null!;
    private OperatorDesk _desk = null!;
    private DicomWebViewer _viewer = null!;

    public async ValueTask InitializeAsync()
    {
        Tool.SkipWithout("storescu");
        _engine = await shared.GetAsync();
        _desk = new OperatorDesk(_engine);
        _viewer = new DicomWebViewer(_engine);
    }

    public ValueTask DisposeAsync()
    {
        _viewer?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Corrected_attributes_take_the_place_of_the_stored_ones_and_back_again()
    {
        var image = new SentImage(Root + "1", "QU-1") { Comments = "first" };
        Assert.Equal([0, 0], await Storescu.StoreAsync(_engine, image.File(), (image with { Comments = "second" }).File()));

        var held = await HeldAsync(image);
        var shown = await _desk.ReadAsync("quarantine", "show", held);
        Assert.Equal(("STU-010", "QU-1"), ((string?)shown["code"], (string?)shown["PatientID"]));
        var difference = Assert.Single(shown["differences"]!.AsArray())!;
        Assert.Equal(("ImageComments", "first", "second"), ((string?)difference["name"], (string?)difference["stored"], (string?)difference["received"]));
        Assert.Contains("QUA-003", await _desk.RefusedAsync("quarantine", "release", held, "--reason", "as it is"), StringComparison.Ordinal);
        Assert.Equal("first", await CommentsAsync(image));

        await _desk.DoAsync("quarantine", "release", held, "--replace", "--reason", "corrected at the console", "--actor", "m.rao");
        Assert.Equal("second", await CommentsAsync(image));
        Assert.Contains("QUA-002", await _desk.RefusedAsync("quarantine", "drop", held, "--reason", "again"), StringComparison.Ordinal);
        var act = (await _desk.ReadAsync("studies", "show", image.Study))["history"]![0]!;
        Assert.Equal(("study.instance-replaced", "m.rao", "corrected at the console"), ((string?)act["act"], (string?)act["actor"], (string?)act["reason"]));

        // What was stored before is in quarantine now.
        var former = await HeldAsync(image);
        Assert.Equal("STU-013", (string?)(await _desk.ReadAsync("quarantine", "show", former))["code"]);
        await _desk.DoAsync("quarantine", "release", former, "--replace", "--reason", "it was right");
        Assert.Equal("first", await CommentsAsync(image));
        await _desk.DoAsync("quarantine", "drop", await HeldAsync(image), "--reason", "not needed");
        Assert.Empty(await AllHeldAsync(image));
    }

    [Fact]
    public async Task An_instance_that_named_another_class_than_its_request_is_taken_in_as_it_is()
    {
        var image = new SentImage(Root + "2", "QU-2");
        var refused = await Assert.ThrowsAsync<DicomNetworkException>(() => StoreAsCtAsync(image));
        Assert.Equal((ushort?)0xA900, refused.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _viewer.GetAsync(image.Path, DicomWebViewer.AnyFile)).Status);

        await _desk.DoAsync("quarantine", "release", await HeldAsync(image), "--reason", "a secondary capture sent as CT");

        Assert.Equal(HttpStatusCode.OK, (await _viewer.GetAsync(image.Path, DicomWebViewer.AnyFile)).Status);
        Assert.Equal(1, (int)(await StudyResource.ReadAsync(_engine, image.Study))["numberOfInstances"]!);
        // It is the same when it is sent properly.
        Assert.Equal([0], await Storescu.StoreAsync(_engine, image.File()));
        Assert.Empty(await AllHeldAsync(image));
    }

    [Fact]
    public async Task Broken_bytes_can_be_fetched_and_dropped_and_not_released()
    {
        var image = new SentImage(Root + "3", "QU-3");
        var (status, _) = await _viewer.StoreAsync(image.File()[..^100]);
        Assert.Equal(HttpStatusCode.Conflict, status);
        var id = (string)(await _desk.ReadAsync("quarantine", "list", "--limit", "1000"))["instances"]!.AsArray()
            .First(static row => (string?)row!["code"] == "STU-020")!["id"]!;

        Assert.Contains("STU-020", await _desk.RefusedAsync("quarantine", "release", id, "--reason", "try"), StringComparison.Ordinal);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_engine.HttpPort}/") };
        Assert.Equal(image.File()[..^100], await http.GetByteArrayAsync($"api/quarantine/{id}/file", TestContext.Current.CancellationToken));
        var without = await _desk.RunAsync("quarantine", "drop", id);
        Assert.Equal(2, without.ExitCode);
        await _desk.DoAsync("quarantine", "drop", id, "--reason", "cut off");

        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"api/quarantine/{id}/file", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal("dropped", (string?)(await _desk.ReadAsync("quarantine", "show", id))["state"]);
    }

    /// <summary>DCMTK asks for what the data set says.</summary>
    private async Task StoreAsCtAsync(SentImage image)
    {
        var options = new DicomClientOptions
        {
            Host = "127.0.0.1", Port = _engine.DicomPort, CallingAe = "CT7", CalledAe = "CLOUDPACS", Contexts = [ProposedContext.LittleEndian(Uids.CtImageStorage)],
        };
        await using var client = await DicomClient.ConnectAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);
        var file = image.File();
        using var dataSet = new MemoryStream(file, Part10.Read(file).DataSetOffset, file.Length - Part10.Read(file).DataSetOffset);
        await client.StoreAsync(Uids.CtImageStorage, image.Instance, TransferSyntax.ExplicitVrLittleEndian, PipeReader.Create(dataSet), TestContext.Current.CancellationToken);
    }

    private async Task<string?> CommentsAsync(SentImage image) => Assert.Single(await _viewer.SearchAsync(image.Path + "/metadata")).GetString(Comments);

    private async Task<string> HeldAsync(SentImage image) => (string)Assert.Single(await AllHeldAsync(image))["id"]!;

    private async Task<IReadOnlyList<JsonNode>> AllHeldAsync(SentImage image) =>
        [.. (await _desk.ReadAsync("quarantine", "list", "--limit", "1000"))["instances"]!.AsArray().OfType<JsonNode>().Where(row => (string?)row["sopInstanceUid"] == image.Instance)];
}
