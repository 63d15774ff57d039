using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.EndToEnd.Tests.Studies;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Archives;

/// <summary>
/// Orthanc as the hospital's archive: what is sent to it alone is found, linked, shown and opened through the engine.
/// One Orthanc and one engine.
/// </summary>
public sealed class OrthancTests : IAsyncLifetime
{
    private const string Root = "1.2.826.0.1.3680043.10.9.12.", File = DicomWebViewer.AnyFile;
    private static readonly string Today = TimeProvider.System.GetLocalNow().ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture);
    private readonly TestedEngine _engine = new EngineInside();
    private OrthancArchive _orthanc = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Tool.SkipWithout("storescu");
        _orthanc = OrthancArchive.Create();
        await _orthanc.StartAsync();
        _engine.With("ARCHIVES__OLD__WEBADDRESS", _orthanc.WebAddress).With("ARCHIVES__OLD__REQUESTSPERSECOND", "200").With("ARCHIVES__OLD__HISTORY", "60.00:00:00")
            .With("DICOM__STATIONS__CT8__KEPTBY", "OLD");
        await _engine.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        if (_orthanc is not null) await _orthanc.DisposeAsync();
    }

    [Fact]
    public async Task What_a_station_sends_to_the_archive_too_is_indexed_and_not_kept()
    {
        await using var his = new HisSender(_engine.MllpPort);
        var order = new OrderText("AR06", "AR-6", "ARCHIVE^SIX");
        await his.PlaceAsync(order);
        var image = new SentImage(order.StudyUid, "AR-6") { Accession = "AR06", Date = Today, Name = order.Name };
        var second = image with { Instance = image.Series + ".2", Pixel = 6 };

        Assert.Equal([0, 0], await Storescu.StoreAsAsync("CT8", _engine, image.File(), second.File()));

        var study = await StudyResource.ReadAsync(_engine, image.Study, instances: 2);
        Assert.Equal(["PAR06"], await StudyResource.OrdersAsync(_engine, study));
        using var viewer = new DicomWebViewer(_engine);
        // The archive has not got it yet.
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.GetAsync(image.Path, File)).Status);
        await _orthanc.StoreAsync(image.File(), second.File());
        await CheckFilesAsync(image, second);
        Assert.Null((string?)(await PollAsync())["fault"]);
        await StudyResource.ReadAsync(_engine, image.Study, instances: 2);
        await using var database = new EngineDatabase(_engine);
        Assert.Equal((2, 0), (await database.CountAsync("instance WHERE archive = 'OLD'"), await database.CountAsync("instance WHERE archive IS NULL")));
        Assert.Equal(0, await database.CountAsync("quarantined_instance"));
        if (Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1") await CheckClockAsync();
    }

    /// <summary>Nobody asks the engine to look: it does each minute, which is the shortest interval there is.</summary>
    private async Task CheckClockAsync()
    {
        using var viewer = new DicomWebViewer(_engine);
        for (var study = 1; study <= 2; study++)
        {
            var image = new SentImage($"{Root}6.{study}", "AR-6") { Date = Today };
            await _orthanc.StoreAsync(image.File());
            Assert.Empty(await viewer.SearchAsync($"studies?StudyInstanceUID={image.Study}"));
            for (var left = 1500; (await viewer.SearchAsync($"studies?StudyInstanceUID={image.Study}")).Count == 0; left--)
            {
                Assert.True(left > 0, $"The timed poll has not found study {study}: {_engine.Errors}");
                await Task.Delay(100, Token);
            }
        }
    }

    [Fact]
    public async Task An_archive_without_a_web_address_is_searched_by_C_FIND_and_sends_by_C_MOVE()
    {
        await using var his = new HisSender(_engine.MllpPort);
        var order = new OrderText("AR05", "AR-5", "ARCHIVE^FIVE");
        await his.PlaceAsync(order);
        await using var other = OrthancArchive.Create();
        other.DestinationPort = _engine.DicomPort;
        await other.StartAsync();
        var image = new SentImage(order.StudyUid, "AR-5") { Accession = "AR05", Date = Today, Name = order.Name };
        var second = image with { Instance = image.Series + ".2", Pixel = 9 };
        await other.StoreAsync(image.File(), second.File());
        Assert.Equal(0, await _engine.StopAsync());
        _engine.With("ARCHIVES__DIMSE__HOST", "127.0.0.1").With("ARCHIVES__DIMSE__PORT", $"{other.DicomPort}").With("ARCHIVES__DIMSE__AETITLE", "ORTHANC")
            .With("ARCHIVES__DIMSE__HISTORY", "60.00:00:00");
        await _engine.StartAsync();

        Assert.Equal((1, null), ((int)(await PollAsync(archive: "DIMSE"))["studies"]!, (string?)(await PollAsync(archive: "DIMSE"))["fault"]));

        var study = await StudyResource.ReadAsync(_engine, image.Study, instances: 2);
        Assert.Equal(["PAR05"], await StudyResource.OrdersAsync(_engine, study));
        using var viewer = new DicomWebViewer(_engine);
        foreach (var one in new[] { image, second })
        {
            var (status, _, body) = await viewer.GetAsync(one.Path, File);
            Assert.True(status == HttpStatusCode.OK, Encoding.UTF8.GetString(body));
            Assert.Equal(StudyFiles.DataSetOf(await other.FileOfAsync(one.Instance)), StudyFiles.DataSetOf(body));
        }

        // What was sent for a look is not stored here.
        await using var database = new EngineDatabase(_engine);
        Assert.Equal(2, await database.CountAsync("instance WHERE archive = 'DIMSE'"));
        await other.StopAsync();
        Assert.NotNull((await PollAsync(archive: "DIMSE"))["failingSince"]);
    }

    [Fact]
    public async Task Studies_of_an_archive_are_found_linked_opened_and_neither_lost_nor_doubled_when_it_goes_away()
    {
        await using var his = new HisSender(_engine.MllpPort);
        var order = new OrderText("AR01", "AR-1", "ARCHIVE^ONE");
        await his.PlaceAsync(order);
        var image = new SentImage(order.StudyUid, "AR-1") { Accession = "AR01", Date = Today, Name = order.Name };
        SentImage[] images = [image, image with { Instance = image.Series + ".2", Pixel = 8 }, image with { Series = image.Study + ".2" }];
        await _orthanc.StoreAsync(images.Select(static one => one.File()));

        Assert.Equal(1, (int)(await PollAsync())["studies"]!);

        var study = await StudyResource.ReadAsync(_engine, image.Study, instances: 3);
        Assert.Equal("available", (string?)study["status"]);
        Assert.Equal(["PAR01"], await StudyResource.OrdersAsync(_engine, study));
        Assert.Equal(["StudyInstanceUid Linked"], await StudyResource.LinksAsync(_engine, image.Study));
        Assert.Equal(images.Take(2).Select(static one => one.Instance), study["series"]![0]!["instance"]!.AsArray().Select(static one => (string)one!["uid"]!));
        await CheckFilesAsync(images);
        await CheckOtherWaysAsync(image);

        await _orthanc.StopAsync();
        await CheckAwayAsync(images);
        await _orthanc.StartAsync();
        var later = new SentImage(Root + "2", "AR-2") { Date = Today };
        await _orthanc.StoreAsync(later.File(), (image with { Instance = image.Series + ".3" }).File());
        // The engine ends in between too: what it has followed it does not follow again.
        Assert.Equal(0, await _engine.StopAsync());
        await _engine.StartAsync();
        var state = await PollAsync();

        Assert.Equal((2, null), ((int)state["studies"]!, (string?)state["fault"]));
        await StudyResource.ReadAsync(_engine, image.Study, instances: 4);
        await StudyResource.ReadAsync(_engine, later.Study, instances: 1);
        await CheckFilesAsync([.. images, later]);
        await using (var database = new EngineDatabase(_engine)) Assert.Equal(5, await database.CountAsync("instance"));

        await _orthanc.DeleteAsync("studies", later.Study);
        await _orthanc.DeleteAsync("instances", images[1].Instance);
        Assert.Equal(1, (int)(await PollAsync(whole: true))["missing"]!);
        await CheckMissingAsync(image, later);

        await _orthanc.StoreAsync(later.File());
        Assert.Equal(0, (int)(await PollAsync())["missing"]!);
        Assert.Equal("available", (string?)(await StudyResource.ReadAsync(_engine, later.Study, instances: 1))["status"]);
        // What comes here by itself is ours, and needs the archive no more.
        Assert.Equal([0], await Storescu.StoreAsync(_engine, later.File()));
        await _orthanc.StopAsync();
        using var viewer = new DicomWebViewer(_engine);
        Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync(later.Path, File)).Status);
        Assert.NotNull((await PollAsync())["failingSince"]);
    }

    /// <summary>Byte by byte what the archive has, alone and as parts of a study.</summary>
    private async Task CheckFilesAsync(params SentImage[] images)
    {
        using var viewer = new DicomWebViewer(_engine);
        foreach (var one in images)
        {
            var (status, type, body) = await viewer.GetAsync(one.Path, File);
            Assert.Equal((HttpStatusCode.OK, "application/dicom"), (status, type));
            Assert.Equal(await _orthanc.FileOfAsync(one.Instance), body);
            Assert.Equal(StudyFiles.DataSetOf(one.File()), StudyFiles.DataSetOf(body));
        }

        var whole = await viewer.GetAsync($"studies/{images[0].Study}", "multipart/related; type=\"application/dicom\"; transfer-syntax=*");
        Assert.Equal(HttpStatusCode.OK, whole.Status);
        foreach (var one in images.Where(one => one.Study == images[0].Study))
        {
            var file = await _orthanc.FileOfAsync(one.Instance);
            Assert.True(whole.Body.AsSpan().IndexOf(file) > 0);
        }
    }

    /// <summary>Metadata, frames, pictures and C-GET are made of the fetched instance as of a stored one.</summary>
    private async Task CheckOtherWaysAsync(SentImage image)
    {
        using var viewer = new DicomWebViewer(_engine);
        var metadata = await viewer.SearchAsync($"studies/{image.Study}/series/{image.Series}/metadata");
        Assert.Equal(2, metadata.Count);
        Assert.Equal(image.Rows.ToString(System.Globalization.CultureInfo.InvariantCulture), metadata[0].GetString(Tags.Rows));
        var frame = await viewer.GetAsync(image.Path + "/frames/1", "application/octet-stream");
        Assert.Equal(HttpStatusCode.OK, frame.Status);
        Assert.All(frame.Body, pixel => Assert.Equal(image.Pixel, pixel));
        foreach (var path in new[] { image.Path + "/rendered", $"studies/{image.Study}/thumbnail" })
            Assert.Equal((HttpStatusCode.OK, "image/jpeg"), await TypeOfAsync(viewer, path, "image/jpeg"));
        Tool.SkipWithout("getscu");
        using var folder = new ScratchFolder();
        var got = await Tool.RunAsync(
            "getscu", "-S", "-aec", "CLOUDPACS", "-od", folder.Path, "-k", "QueryRetrieveLevel=STUDY", "-k", $"StudyInstanceUID={image.Study}", "127.0.0.1",
            $"{_engine.DicomPort}");
        Assert.True(got.ExitCode == 0, got.Output + got.Errors);
        Assert.Equal(3, Directory.GetFiles(folder.Path).Length);
    }

    /// <summary>What was fetched before is still here; what was not is answered with who is away, and polls fail without a trace.</summary>
    private async Task CheckAwayAsync(SentImage[] images)
    {
        using var viewer = new DicomWebViewer(_engine);
        var state = await PollAsync();
        Assert.Equal("The archive OLD cannot be reached.", (string?)state["fault"]);
        Assert.NotNull(state["failingSince"]);
        Assert.Equal(0, (int)state["missing"]!);
        await StudyResource.ReadAsync(_engine, images[0].Study, instances: 3);
        Assert.Equal(3, (await viewer.SearchAsync($"studies/{images[0].Study}/instances")).Count);
        Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync(images[0].Path, File)).Status);
        Assert.Equal(0, await _engine.StopAsync());
        await _engine.StartAsync();
        using var after = new DicomWebViewer(_engine);
        foreach (var path in new[] { images[0].Path, $"studies/{images[0].Study}", images[0].Path + "/frames/1", $"studies/{images[0].Study}/metadata" })
        {
            var (status, type, body) = await after.GetAsync(path, "*/*");
            Assert.Equal((HttpStatusCode.BadGateway, "application/problem+json"), (status, type));
            Assert.Contains("The archive OLD cannot be reached.", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        }

        var got = await Tool.RunAsync(
            "getscu", "-d", "-S", "-aec", "CLOUDPACS", "-k", "QueryRetrieveLevel=STUDY", "-k", $"StudyInstanceUID={images[0].Study}", "127.0.0.1",
            $"{_engine.DicomPort}");
        Assert.Matches("(?i)0xa70[12]", got.Output + got.Errors);
    }

    private async Task CheckMissingAsync(SentImage image, SentImage gone)
    {
        using var viewer = new DicomWebViewer(_engine);
        await StudyResource.ReadAsync(_engine, image.Study, instances: 3);
        Assert.Equal("unknown", (string?)(await StudyResource.ReadAsync(_engine, gone.Study, instances: 0))["status"]);
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.GetAsync(gone.Path, File)).Status);
        Assert.Empty(await viewer.SearchAsync($"studies?StudyInstanceUID={gone.Study}"));
        await using var database = new EngineDatabase(_engine);
        Assert.Equal(5, await database.CountAsync("instance"));
        Assert.Equal(2, (await database.ListAsync("SELECT id FROM audit_event WHERE action = 'study.missing'", static row => row.GetGuid(0))).Count);
    }

    private Task<JsonNode> PollAsync(bool whole = false, string archive = "OLD") => ArchivePoll.RunAsync(_engine, archive, whole);

    private static async Task<(HttpStatusCode Status, string? Type)> TypeOfAsync(DicomWebViewer viewer, string path, string accept)
    {
        var (status, type, _) = await viewer.GetAsync(path, accept);
        return (status, type);
    }
}
