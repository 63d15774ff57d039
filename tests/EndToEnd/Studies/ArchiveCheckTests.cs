using System.Net;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>Rows and bytes that do not agree are found, told, and put right; what is over is deleted and erased.</summary>
public sealed class ArchiveCheckTests
{
    private const string Root = "1.2.826.0.1.3680043.10.9.14.";

    [Fact]
    public async Task Damaged_and_lost_bytes_are_found_hidden_and_healed_by_the_same_instance()
    {
        Tool.SkipWithout("storescu");
        await using var engine = await EngineInside.StartNewAsync();
        var desk = new OperatorDesk(engine);
        var damaged = new SentImage(Root + "1", "AC-1");
        var whole = damaged with { Instance = damaged.Series + ".2", Pixel = 9 };
        Assert.Equal([0, 0], await Storescu.StoreAsync(engine, damaged.File(), whole.File()));
        var clean = await desk.ReadAsync("archive", "check", "--through");
        Assert.Equal((2, 0), ((int)clean["checked"]!, clean["found"]!.AsArray().Count));

        await RestartAsync(engine, () => Damage(engine, damaged));
        // The places of the records are right: only who reads them finds it.
        Assert.Equal(0, (await desk.RunAsync("archive", "check")).ExitCode);
        var told = await desk.RunAsync("archive", "check", "--through", "--hide");
        Assert.Equal(1, told.ExitCode);
        Assert.Contains($"changed  {damaged.Study}  {damaged.Instance}", told.Output, StringComparison.Ordinal);
        Assert.Contains("2 instances checked, 1 without whole bytes", told.Output, StringComparison.Ordinal);
        using var viewer = new DicomWebViewer(engine);
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.GetAsync(damaged.Path, DicomWebViewer.AnyFile)).Status);
        Assert.Equal(1, (int)(await StudyResource.ReadAsync(engine, damaged.Study))["numberOfInstances"]!);

        Assert.Equal([0xC410, 0], await Storescu.StoreAsync(engine, (damaged with { Pixel = 1 }).File(), damaged.File()));
        await CheckFileAsync(viewer, damaged);
        Assert.Equal(2, (int)(await StudyResource.ReadAsync(engine, damaged.Study))["numberOfInstances"]!);
        Assert.Equal(0, (await desk.RunAsync("archive", "check", "--through")).ExitCode);

        // Damage that nobody has looked for is healed as well.
        await RestartAsync(engine, () => Damage(engine, whole));
        Assert.Equal([0], await Storescu.StoreAsync(engine, whole.File()));
        await CheckFileAsync(viewer, whole);

        // A pack that is away, and is there again.
        List<string> packs = [];
        await RestartAsync(engine, () =>
        {
            packs = [.. Directory.GetFiles(Path.Combine(engine.DataFolder, "archive"), "*", SearchOption.AllDirectories).Where(static file => new FileInfo(file).Length > 300)];
            packs.ForEach(static file => File.Move(file, file + ".away"));
        });
        Assert.Equal(1, (await desk.RunAsync("archive", "check", "--hide")).ExitCode);
        Assert.Equal(0, (int)(await StudyResource.ReadAsync(engine, damaged.Study))["numberOfInstances"]!);
        await RestartAsync(engine, () => packs.ForEach(static file => File.Move(file + ".away", file, overwrite: true)));
        Assert.Equal(0, (await desk.RunAsync("archive", "check", "--hide")).ExitCode);
        Assert.Equal(2, (int)(await StudyResource.ReadAsync(engine, damaged.Study))["numberOfInstances"]!);
        await CheckFileAsync(viewer, whole);
    }

    [Fact]
    public async Task Instances_that_no_row_names_are_adopted()
    {
        Tool.SkipWithout("storescu");
        await using var engine = await EngineInside.StartNewAsync();
        var desk = new OperatorDesk(engine);
        var image = new SentImage(Root + "2", "AC-2");
        var second = image with { Instance = image.Series + ".2" };
        Assert.Equal([0, 0], await Storescu.StoreAsync(engine, image.File(), second.File()));
        await RestartAsync(engine, () => { });
        // As after the restore of an older backup of the database.
        await using (var database = new EngineDatabase(engine))
        {
            await database.ListAsync("DELETE FROM instance RETURNING id", static row => row.GetGuid(0));
            await database.ListAsync("DELETE FROM series RETURNING id", static row => row.GetGuid(0));
            await database.ListAsync("DELETE FROM study RETURNING id", static row => row.GetGuid(0));
            await database.ListAsync("DELETE FROM fhir_resource WHERE type = 'ImagingStudy' RETURNING id", static row => row.GetString(0));
        }

        Assert.Equal(2, (int)(await desk.ReadAsync("archive", "check"))["unknown"]!);
        var adopted = await desk.ReadAsync("archive", "check", "--adopt");

        Assert.Equal((2, 2, 0), ((int)adopted["unknown"]!, (int)adopted["adopted"]!, (int)adopted["refused"]!));
        using var viewer = new DicomWebViewer(engine);
        await CheckFileAsync(viewer, image);
        await CheckFileAsync(viewer, second);
        Assert.Equal(2, (int)(await StudyResource.ReadAsync(engine, image.Study, instances: 2))["numberOfInstances"]!);
        Assert.Equal(0, (int)(await desk.ReadAsync("archive", "check"))["unknown"]!);
        // Young records are left alone.
        Assert.Equal(0, (int)(await desk.ReadAsync("archive", "sweep"))["orphans"]!);
    }

    [Fact]
    public async Task Studies_whose_time_is_over_are_listed_deleted_and_erased_at_night_but_for_those_on_hold()
    {
        Tool.SkipWithout("storescu");
        await using var engine = await EngineInside.StartNewAsync(
            ("ARCHIVE__RETENTION__0__KEEP", "10.00:00:00"), ("ARCHIVE__RETENTION__0__MODALITY", "CT"), ("ARCHIVE__DELETEEXPIRED", "true"), ("ARCHIVE__ERASEAFTER", "00:00:00"));
        var desk = new OperatorDesk(engine);
        var (over, held, young) = (new SentImage(Root + "3", "AC-3") { Date = "20261101" }, new SentImage(Root + "4", "AC-3") { Date = "20261101" }, new SentImage(Root + "5", "AC-3"));
        var ofHeld = new SentImage(Root + "6", "AC-6") { Date = "20261101" };
        await using var his = new HisSender(engine.MllpPort);
        await his.PlaceAsync(new OrderText("AC06", "AC-6", "STUDY^HELD").Event("A28"));
        Assert.Equal([0, 0, 0, 0], await Storescu.StoreAsync(engine, over.File(), held.File(), young.File(), ofHeld.File()));
        await desk.DoAsync("studies", "hold", held.Study, "--reason", "teaching");
        await desk.DoAsync("studies", "hold", "--patient", "AC-6", "--authority", "MERCY", "--reason", "court case 7", "--actor", "m.rao");
        Assert.Equal("court case 7", (string?)(await desk.ReadAsync("studies", "show", ofHeld.Study))["patientHold"]);
        Assert.Contains("STU-051", await desk.RefusedAsync("studies", "delete", ofHeld.Study, "--reason", "room"), StringComparison.Ordinal);
        await using var database = new EngineDatabase(engine);
        await database.ListAsync("UPDATE study SET received_at = '2026-11-01' RETURNING id", static row => row.GetGuid(0));
        Assert.Equal(over.Study, (string?)Assert.Single((await desk.ReadAsync("studies", "expired"))["studies"]!.AsArray())!["studyInstanceUid"]);

        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{engine.HttpPort}/") };
        using var form = new FormUrlEncodedContent([new("jobs[]", "studies")]);
        using var answer = await http.PostAsync("jobs/recurring/trigger", form, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        for (var left = 600; await database.CountAsync("instance WHERE length = 0") == 0; left--)
        {
            Assert.True(left > 0, "The nightly deletion has not come to its end.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Equal("cancelled", (string?)(await StudyResource.ReadAsync(engine, over.Study))["status"]);
        Assert.All((string[])[held.Study, young.Study, ofHeld.Study], study => Assert.Equal("available", (string?)StudyResource.ReadAsync(engine, study).Result["status"]));
        Assert.Contains("STU-057", await desk.RefusedAsync("studies", "restore", over.Study, "--reason", "late"), StringComparison.Ordinal);
        Assert.Equal(["study.erased", "study.rejected"], (await desk.ReadAsync("studies", "show", over.Study))["history"]!.AsArray().Take(2).Select(static act => (string)act!["act"]!));
        // It may come again, and is kept as long as anything that comes.
        Assert.Equal([0], await Storescu.StoreAsync(engine, over.File()));
        Assert.Equal(1, (int)(await StudyResource.ReadAsync(engine, over.Study))["numberOfInstances"]!);
    }

    [Fact]
    public async Task The_room_of_the_archive_is_shown_and_warned_about()
    {
        await using var engine = await EngineInside.StartNewAsync(("ARCHIVE__WARNBYTES", $"{long.MaxValue}"), ("ARCHIVE__WARNUNDECIDEDAFTER", "00:00:00"));
        using (var viewer = new DicomWebViewer(engine)) Assert.Equal(HttpStatusCode.OK, (await viewer.StoreAsync(new SentImage(Root + "6", "AC-6").File())).Status);
        // It is looked at each minute, and first at the start.
        await RestartAsync(engine, () => { });
        var desk = new OperatorDesk(engine);

        var status = await desk.ReadAsync("status");
        Assert.True((long)status["archive"]!["freeBytes"]! > 0);
        Assert.True((bool)status["archive"]!["takesInstances"]!);
        Assert.Contains("GB free", (await desk.RunAsync("status")).Output, StringComparison.Ordinal);
        var metrics = await engine.GetAsync("/metrics");
        Assert.Contains("cloudpacs_archive_free", metrics, StringComparison.Ordinal);
        Assert.Contains("cloudpacs_studies_undecided", metrics, StringComparison.Ordinal);
        for (var left = 100; !(engine.Output + engine.Errors).Contains("1 studies wait for a person", StringComparison.Ordinal); left--)
        {
            Assert.True(left > 0, "No warning was given.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Contains("bytes free; below", engine.Output + engine.Errors, StringComparison.Ordinal);
    }

    private static async Task RestartAsync(TestedEngine engine, Action meanwhile)
    {
        await engine.StopAsync();
        meanwhile();
        await engine.StartAsync();
    }

    /// <summary>Changes a byte of the pixels of an image, wherever it lies.</summary>
    private static void Damage(TestedEngine engine, SentImage image)
    {
        var name = System.Text.Encoding.ASCII.GetBytes(image.Instance);
        var changed = 0;
        foreach (var path in Directory.GetFiles(Path.Combine(engine.DataFolder, "archive"), "*", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(path);
            var at = bytes.AsSpan().LastIndexOf(Enumerable.Repeat(image.Pixel, 200).ToArray());
            if (at < 0 || bytes.AsSpan().IndexOf(name) < 0) continue;
            bytes[at + 10] ^= 0xFF;
            File.WriteAllBytes(path, bytes);
            changed++;
        }

        Assert.True(changed > 0, "The image is in no pack.");
    }

    private static async Task CheckFileAsync(DicomWebViewer viewer, SentImage image)
    {
        var (status, _, body) = await viewer.GetAsync(image.Path, DicomWebViewer.AnyFile);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(Part10.Read(body).DataSet.TryGet(Tags.PixelData, out var pixels));
        Assert.All(pixels.Bytes.ToArray(), pixel => Assert.Equal(image.Pixel, pixel));
    }
}
