using System.Net;
using System.Net.Http.Headers;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>Instances that come again: the same, and others under the same name, by either door.</summary>
public sealed class StudyRepetitionTests(StudyEngine shared)
{
    private const string Root = "1.2.826.0.1.3680043.10.9.5.";

    [Fact]
    public async Task The_same_instance_again_is_success_and_stored_once()
    {
        Tool.SkipWithout("storescu");
        var engine = await shared.GetAsync();
        using var viewer = new DicomWebViewer(engine);
        var image = new SentImage(Root + "1", "RE-1");

        Assert.Equal([0, 0], await Storescu.StoreAsync(engine, image.File(), image.File()));
        Assert.Equal(HttpStatusCode.OK, (await viewer.StoreAsync(image.File(), image.File())).Status);

        Assert.Equal(1, (int)(await StudyResource.ReadAsync(engine, image.Study))["numberOfInstances"]!);
        Assert.Single(await viewer.SearchAsync($"studies/{image.Study}/instances"));
        Assert.Empty(await AsideAsync(engine, image));
        Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync(image.Path, DicomWebViewer.AnyFile)).Status);
    }

    [Fact]
    public async Task Other_pixels_under_the_same_name_are_refused_and_kept_aside()
    {
        Tool.SkipWithout("storescu");
        var engine = await shared.GetAsync();
        using var viewer = new DicomWebViewer(engine);
        var image = new SentImage(Root + "2", "RE-2");
        var other = image with { Pixel = 8 };

        Assert.Equal([0, 0xC410], await Storescu.StoreAsync(engine, image.File(), other.File()));
        var (status, told) = await viewer.StoreAsync(other.File());

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal(0xC410, Assert.Single(told.GetItems(Tags.FailedSopSequence)).GetInt32(Tags.FailureReason));
        Assert.Equal(["STU-001", "STU-001"], await AsideAsync(engine, image));
        Assert.Equal(7, await PixelAsync(viewer, image));
    }

    [Fact]
    public async Task Other_attributes_with_the_same_pixels_are_kept_aside_and_the_first_ones_stay()
    {
        Tool.SkipWithout("storescu");
        var engine = await shared.GetAsync();
        using var viewer = new DicomWebViewer(engine);
        var image = new SentImage(Root + "3", "RE-3") { Comments = "first" };

        Assert.Equal([0, 0], await Storescu.StoreAsync(engine, image.File(), (image with { Comments = "second" }).File()));

        Assert.Equal(["STU-010"], await AsideAsync(engine, image));
        var (status, told) = await viewer.StoreAsync((image with { Comments = "third" }).File());
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal(0xB00E, Assert.Single(told.GetItems(Tags.ReferencedSopSequence)).GetInt32(Tags.WarningReason));
        Assert.Equal("first", Assert.Single(await viewer.SearchAsync(image.Path + "/metadata")).GetString(new Tag(0x0020, 0x4000)));
    }

    [Fact]
    public async Task Of_a_request_that_breaks_off_the_parts_before_are_stored_and_told()
    {
        var engine = await shared.GetAsync();
        using var viewer = new DicomWebViewer(engine);
        var image = new SentImage(Root + "8", "RE-8");
        var cut = new SentImage(Root + "9", "RE-9").File();
        using var parts = new MultipartContent("related", "cut");
        foreach (var file in (byte[][])[image.File(), cut])
            parts.Add(new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("application/dicom") } });
        var body = await parts.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        using var broken = new ByteArrayContent(body[..^(cut.Length / 2)]);
        broken.Headers.TryAddWithoutValidation("Content-Type", "multipart/related; type=\"application/dicom\"; boundary=cut");

        var (status, told) = await viewer.SendAsync(broken);

        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal(image.Instance, Assert.Single(told.GetItems(Tags.ReferencedSopSequence)).GetString(Tags.ReferencedSopInstanceUid));
        Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync(image.Path, DicomWebViewer.AnyFile)).Status);
        // Sent again whole, what is there already is a success too.
        Assert.Equal(HttpStatusCode.OK, (await viewer.StoreAsync(image.File(), cut)).Status);
        Assert.Equal(1, (int)(await StudyResource.ReadAsync(engine, image.Study))["numberOfInstances"]!);
    }

    [Fact]
    public async Task Empty_parts_are_refused_without_being_kept_and_of_a_request_that_holds_no_images_the_rest_is_not_read()
    {
        var engine = await shared.GetAsync();
        using var viewer = new DicomWebViewer(engine);
        await using var database = new EngineDatabase(engine);
        var image = new SentImage(Root + "12", "RE-12");
        var before = await CountAsync();
        using var parts = new MultipartContent("related", "many");
        for (var i = 0; i < 1500; i++)
            parts.Add(new ByteArrayContent([]) { Headers = { ContentType = new MediaTypeHeaderValue("application/dicom") } });
        parts.Add(new ByteArrayContent(image.File()) { Headers = { ContentType = new MediaTypeHeaderValue("application/dicom") } });
        using var body = new ByteArrayContent(await parts.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        body.Headers.TryAddWithoutValidation("Content-Type", "multipart/related; type=\"application/dicom\"; boundary=many");

        var (status, told) = await viewer.SendAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        // And that the rest was not read.
        Assert.Equal(1001, told.GetItems(Tags.FailedSopSequence).Count + told.GetItems(new Tag(0x0008, 0x119A)).Count);
        Assert.Equal(before, await CountAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.GetAsync(image.Path, DicomWebViewer.AnyFile)).Status);

        async Task<string> CountAsync() => Assert.Single(await database.ListAsync("SELECT count(*)::text FROM quarantined_instance WHERE length = 0", static row => row.GetString(0)));
    }

    [Fact]
    public async Task A_compressed_body_is_refused_and_not_taken_for_an_image()
    {
        var engine = await shared.GetAsync();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{engine.HttpPort}/dicomweb/") };
        using var body = new ByteArrayContent(new SentImage(Root + "13", "RE-13").File());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/dicom");
        body.Headers.ContentEncoding.Add("gzip");

        using var answer = await http.PostAsync(new Uri("studies", UriKind.Relative), body, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Contains("must not be compressed", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_or_a_series_of_another_study_is_refused()
    {
        Tool.SkipWithout("storescu");
        var engine = await shared.GetAsync();
        var image = new SentImage(Root + "4", "RE-4");
        var moved = new SentImage(Root + "5", "RE-4") { Series = image.Series, Instance = image.Instance + ".9" };
        var renamed = new SentImage(Root + "6", "RE-4") { Instance = image.Instance };

        Assert.Equal([0, 0xC409, 0xC409], await Storescu.StoreAsync(engine, image.File(), moved.File(), renamed.File()));

        Assert.Equal(["STU-003"], await AsideAsync(engine, moved));
        Assert.Equal(["STU-002"], await AsideAsync(engine, renamed));
        using var viewer = new DicomWebViewer(engine);
        Assert.Empty(await viewer.SearchAsync($"studies?StudyInstanceUID={moved.Study},{renamed.Study}"));
    }

    [Fact]
    public async Task One_instance_from_eight_senders_at_the_same_time_is_stored_once()
    {
        var engine = await shared.GetAsync();
        var image = new SentImage(Root + "7", "RE-7");
        var file = image.File();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var web = new DicomWebViewer(engine);
            return (await web.StoreAsync(file)).Status;
        }));

        Assert.All(answers, static status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(1, (int)(await StudyResource.ReadAsync(engine, image.Study))["numberOfInstances"]!);
        using var viewer = new DicomWebViewer(engine);
        Assert.Equal(7, await PixelAsync(viewer, image));
    }

    private static async Task<int> PixelAsync(DicomWebViewer viewer, SentImage image)
    {
        var (status, _, body) = await viewer.GetAsync(image.Path, DicomWebViewer.AnyFile);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(Part10.Read(body).DataSet.TryGet(Tags.PixelData, out var pixels));
        return pixels.Bytes.Span[^1];
    }

    private static async Task<IReadOnlyList<string>> AsideAsync(TestedEngine engine, SentImage image)
    {
        await using var database = new EngineDatabase(engine);
        return await database.ListAsync(
            $"SELECT code FROM quarantined_instance WHERE sop_instance_uid = '{image.Instance}' ORDER BY received_at", static row => row.GetString(0));
    }
}
