using System.Net;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>
/// What is deleted by a person, or rejected by a note, is at no door any more: not for findscu, not for getscu, not over DICOMweb, not in the
/// ImagingStudy; and it comes back where that may be.
/// </summary>
public sealed class StudyDeletionTests(StudyEngine shared) : IAsyncLifetime
{
    private const string Root = "1.2.826.0.1.3680043.10.9.13.";
    private TestedEngine _engine = null!;
    private OperatorDesk _desk = null!;
    private DicomWebViewer _viewer = null!;

    public async ValueTask InitializeAsync()
    {
        foreach (var tool in new[] { "storescu", "findscu", "getscu" }) Tool.SkipWithout(tool);
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
    public async Task An_instance_a_series_and_a_study_are_deleted_and_restored()
    {
        var image = new SentImage(Root + "1", "DE-1");
        var second = image with { Instance = image.Series + ".2" };
        var other = image with { Series = image.Study + ".2" };
        await StoreAsync(image, second, other);
        await AssertShownAsync(image.Study, "available", image, second, other);

        await _desk.DoAsync("studies", "delete", image.Study, "--instance", second.Instance, "--reason", "moved");
        await AssertShownAsync(image.Study, "available", image, other);
        await AssertHiddenAsync(second);

        await _desk.DoAsync("studies", "delete", image.Study, "--series", other.Series, "--reason", "moved");
        await AssertShownAsync(image.Study, "available", image);

        await _desk.DoAsync("studies", "delete", image.Study, "--reason", "test patient", "--actor", "m.rao");
        await AssertShownAsync(image.Study, "entered-in-error");
        await AssertHiddenAsync(image);
        var shown = await _desk.ReadAsync("studies", "show", image.Study);
        Assert.Equal(("study.deleted", "m.rao", "test patient"), ((string?)shown["history"]![0]!["act"], (string?)shown["history"]![0]!["actor"], (string?)shown["history"]![0]!["reason"]));
        Assert.Equal(3, (int)Assert.Single(shown["hidden"]!.AsArray())!["instances"]!);
        // Sent again it is refused, by either door.
        Assert.Equal([0xA771], await Storescu.StoreAsync(_engine, image.File()));
        var (status, told) = await _viewer.StoreAsync(image.File());
        Assert.Equal((HttpStatusCode.Conflict, 42865), (status, Assert.Single(told.GetItems(Tags.FailedSopSequence)).GetInt32(Tags.FailureReason)));

        await _desk.DoAsync("studies", "restore", image.Study, "--reason", "it was none");
        await AssertShownAsync(image.Study, "available", image, second, other);
    }

    [Theory]
    [InlineData("113001", "cancelled", null)]
    [InlineData("113037", "entered-in-error", "m.rao")]
    [InlineData("113038", "entered-in-error", "m.rao")]
    public async Task A_rejection_note_hides_what_it_lists(string title, string end, string? second)
    {
        var image = new SentImage(Root + "2." + title, "DE-2");
        var kept = image with { Series = image.Study + ".2" };
        await StoreAsync(image, kept);

        Assert.Equal([0], await Storescu.StoreAsync(_engine, new SentNote(title, image).File()));
        await AssertShownAsync(image.Study, "available", kept);
        await AssertHiddenAsync(image);
        Assert.Equal([0xA771], await Storescu.StoreAsync(_engine, image.File()));
        // The same note by the web is the same note.
        Assert.Equal(HttpStatusCode.OK, (await _viewer.StoreAsync(new SentNote(title, image).File())).Status);

        await _desk.DoAsync("studies", "delete", image.Study, "--series", kept.Series, "--as", title == "113001" ? "quality" : "patientSafety", "--reason", "all of it");
        await AssertShownAsync(image.Study, end);

        string[] restore = ["studies", "restore", image.Study, "--reason", "it was right"];
        if (second is not null)
        {
            Assert.Contains("STU-056", await _desk.RefusedAsync(restore), StringComparison.Ordinal);
            restore = [.. restore, "--confirmed-by", second];
        }

        await _desk.DoAsync(restore);
        await AssertShownAsync(image.Study, "available", image, kept);
    }

    [Fact]
    public async Task A_note_that_overtakes_its_images_hides_them()
    {
        var image = new SentImage(Root + "3", "DE-3");
        var kept = image with { Instance = image.Series + ".2" };

        Assert.Equal([0, 0, 0], await Storescu.StoreAsync(_engine, new SentNote("113037", image).File(), image.File(), kept.File()));

        await AssertHiddenAsync(image);
        await StudyResource.ReadAsync(_engine, image.Study, instances: 1);
        await AssertShownAsync(image.Study, "available", kept);
    }

    [Fact]
    public async Task A_hold_stops_persons_and_notes()
    {
        var image = new SentImage(Root + "4", "DE-4");
        await StoreAsync(image);
        Assert.Equal(2, (await _desk.RunAsync("studies", "hold", "--reason", "court case 12")).ExitCode);
        Assert.Equal(2, (await _desk.RunAsync("studies", "hold", image.Study, "--patient", "DE-4", "--reason", "court case 12")).ExitCode);
        await _desk.DoAsync("studies", "hold", image.Study, "--reason", "court case 12");

        Assert.Contains("STU-051", await _desk.RefusedAsync("studies", "delete", image.Study, "--reason", "room"), StringComparison.Ordinal);
        Assert.Equal([0xA775], await Storescu.StoreAsync(_engine, new SentNote("113037", image).File()));
        Assert.Equal([0xA775], await Storescu.StoreAsync(_engine, new SentNote("113039", image).File()));
        await AssertShownAsync(image.Study, "available", image);

        await _desk.DoAsync("studies", "end-hold", image.Study, "--reason", "closed");
        // What has to be kept is kept, whoever says that it need not be.
        Assert.Equal([0xA776], await Storescu.StoreAsync(_engine, new SentNote("113039", image).File()));
        await _desk.DoAsync("studies", "delete", image.Study, "--reason", "room");
        await AssertHiddenAsync(image);
    }

    [Fact]
    public async Task Images_of_two_patients_in_one_study_become_two_studies()
    {
        await using var his = new HisSender(_engine.MllpPort);
        await his.PlaceAsync(new OrderText("DE05", "DE-5", "DELETE^FIVE"), new OrderText("DE06", "DE-6", "DELETE^SIX"));
        var own = new SentImage(Root + "5", "DE-5") { Accession = "DE05" };
        var alien = new SentImage(Root + "5", "DE-6") { Series = own.Study + ".2", Accession = "DE06" };
        await StoreAsync(own, alien);
        Assert.True(await _desk.IsUndecidedAsync(own.Study));

        await _desk.DoAsync("studies", "split", own.Study, "--reason", "two patients under one UID");

        await AssertShownAsync(own.Study, "available", own);
        var found = Assert.Single(await _viewer.SearchAsync("studies?PatientID=DE-6"));
        var uid = found.GetString(Tags.StudyInstanceUid)!;
        Assert.NotEqual(own.Study, uid);
        var study = await StudyResource.ReadAsync(_engine, uid);
        Assert.Equal(["PDE06"], await StudyResource.OrdersAsync(_engine, study));
        Assert.Equal(["DE-6"], await StudyResource.PatientIdsAsync(_engine, study));
        Assert.False(await _desk.IsUndecidedAsync(own.Study));

        // Every door calls it by its new study; what it was made with is kept beside.
        var path = $"studies/{uid}/series/{alien.Series}/instances/{alien.Instance}";
        Assert.Equal(uid, Assert.Single(await _viewer.SearchAsync(path + "/metadata")).GetString(Tags.StudyInstanceUid));
        var file = Part10.Read((await _viewer.GetAsync(path, DicomWebViewer.AnyFile)).Body).DataSet;
        Assert.Equal(uid, file.GetString(Tags.StudyInstanceUid));
        Assert.Equal(own.Study, Assert.Single(Assert.Single(file.GetItems(Tags.OriginalAttributesSequence)).GetItems(Tags.ModifiedAttributesSequence)).GetString(Tags.StudyInstanceUid));
        await AssertShownAsync(uid, "available", alien);

        // The next image of that series finds its way.
        Assert.Equal([0], await Storescu.StoreAsync(_engine, (alien with { Instance = alien.Series + ".2" }).File()));
        await StudyResource.ReadAsync(_engine, uid, instances: 2);

        Assert.Contains("STU-045", await _desk.RefusedAsync("studies", "merge", uid, "--into", own.Study), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_study_that_was_begun_twice_is_merged_and_separated()
    {
        var first = new SentImage(Root + "6", "DE-7");
        var second = new SentImage(Root + "7", "DE-7");
        await StoreAsync(first, second);

        await _desk.DoAsync("studies", "merge", second.Study, "--into", first.Study, "--reason", "console was started again");
        Assert.Equal("entered-in-error", (string?)(await StudyResource.ReadAsync(_engine, second.Study))["status"]);
        var study = await StudyResource.ReadAsync(_engine, first.Study);
        Assert.Equal((2, 2), ((int)study["numberOfSeries"]!, (int)study["numberOfInstances"]!));
        Assert.Equal(2, (await _viewer.SearchAsync($"studies/{first.Study}/instances")).Count);
        Assert.Empty(await _viewer.SearchAsync($"studies?StudyInstanceUID={second.Study}"));
        await StoreAsync(second with { Series = second.Study + ".2" });
        await StudyResource.ReadAsync(_engine, first.Study, instances: 3);

        await _desk.DoAsync("studies", "separate", second.Study);
        await StudyResource.ReadAsync(_engine, first.Study, instances: 1);
        Assert.Equal("available", (string?)(await StudyResource.ReadAsync(_engine, second.Study, instances: 2))["status"]);
    }

    /// <summary>All doors show these images of the study and no others.</summary>
    private async Task AssertShownAsync(string study, string status, params SentImage[] images)
    {
        string[] expected = [.. images.Select(static image => image.Instance).Order(StringComparer.Ordinal)];
        var found = await Findscu.QueryStudiesAsync(_engine.DicomPort, "IMAGE", $"0020000D={study}", "0020000E", "00080018");
        Assert.Equal(expected, found.Select(static one => one["00080018"]).Order(StringComparer.Ordinal));
        Assert.Equal(images.Length > 0 ? 1 : 0, (await Findscu.QueryStudiesAsync(_engine.DicomPort, "STUDY", $"0020000D={study}")).Count);
        Assert.Equal(expected, (await _viewer.SearchAsync($"instances?StudyInstanceUID={study}")).Select(static one => one.GetString(Tags.SopInstanceUid)!).Order(StringComparer.Ordinal));
        using var folder = new ScratchFolder();
        Directory.CreateDirectory(folder["got"]);
        await Tool.RunAsync("getscu", "-S", "+B", "-od", folder["got"], "-aec", "CLOUDPACS", "-k", "0008,0052=STUDY", "-k", $"0020,000d={study}", "127.0.0.1", $"{_engine.DicomPort}");
        Assert.Equal(expected, Directory.GetFiles(folder["got"]).Select(static path => Part10.Read(File.ReadAllBytes(path)).DataSet.GetString(Tags.SopInstanceUid)!).Order(StringComparer.Ordinal));

        var resource = await StudyResource.ReadAsync(_engine, study);
        Assert.Equal(status, (string?)resource["status"]);
        Assert.Equal(images.Length, (int)resource["numberOfInstances"]!);
        Assert.Equal(expected, (resource["series"]?.AsArray() ?? []).SelectMany(static series => series!["instance"]!.AsArray())
            .Select(static instance => (string)instance!["uid"]!).Order(StringComparer.Ordinal));
    }

    private async Task AssertHiddenAsync(SentImage image)
    {
        Assert.Equal(HttpStatusCode.NotFound, (await _viewer.GetAsync(image.Path, DicomWebViewer.AnyFile)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _viewer.GetAsync(image.Path + "/metadata", "application/dicom+json")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _viewer.GetAsync(image.Path + "/frames/1", "*/*")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _viewer.GetAsync(image.Path + "/rendered", "image/png")).Status);
        var curl = await Tool.RunAsync("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", $"http://127.0.0.1:{_engine.HttpPort}/dicomweb/{image.Path}");
        Assert.Equal("404", curl.Output);
    }

    private async Task StoreAsync(params IReadOnlyList<SentImage> images) =>
        Assert.Equal(images.Select(static _ => 0), await Storescu.StoreAsync(_engine, images.Select(static image => image.File())));
}
