using System.Buffers;
using System.Net;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>Frames one by one and in parts of their bytes, and what is shown as it is stored: documents and videos (PS3.18 10.4.1.1.3, 10.4.1.1.6).</summary>
public sealed class FrameAccessTests(StudyEngine shared)
{
    private const string Bytes = "application/octet-stream";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_frame_is_itself_and_there_is_none_before_the_first_or_behind_the_last()
    {
        var engine = await shared.GetAsync();
        using var viewer = new DicomWebViewer(engine);
        var (path, file) = ThreeFrames();
        Assert.Equal(HttpStatusCode.OK, (await viewer.StoreAsync(file)).Status);

        for (byte number = 1; number <= 3; number++)
            Assert.Equal(Enumerable.Repeat(number, 256), (await viewer.GetAsync($"{path}/frames/{number}", Bytes)).Body);
        var several = Encoding.Latin1.GetString((await viewer.GetAsync(path + "/frames/3,1", $"multipart/related; type=\"{Bytes}\"")).Body);
        Assert.InRange(several.IndexOf(new string('\u0003', 256), StringComparison.Ordinal), 1, several.IndexOf(new string('\u0001', 256), StringComparison.Ordinal));
        Assert.NotEqual((await viewer.GetAsync(path + "/frames/1/rendered", "image/png")).Body, (await viewer.GetAsync(path + "/frames/3/rendered", "image/png")).Body);

        foreach (var (frames, status) in new[]
        {
            ("0", HttpStatusCode.BadRequest), ("-1", HttpStatusCode.BadRequest), ("x", HttpStatusCode.BadRequest), ("1,0", HttpStatusCode.BadRequest),
            ("4", HttpStatusCode.NotFound), ("9999", HttpStatusCode.NotFound), ("1,4", HttpStatusCode.NotFound), ("4/rendered", HttpStatusCode.NotFound),
            ("9999/thumbnail", HttpStatusCode.NotFound),
        })
        {
            Assert.Equal((frames, status), (frames, (await viewer.GetAsync($"{path}/frames/{frames}", "*/*")).Status));
        }
    }

    [Fact]
    public async Task A_part_of_a_frame_is_given()
    {
        var engine = await shared.GetAsync();
        var (path, file) = ThreeFrames();
        await StudyFiles.StoreAsync(engine, file);

        var (status, range, type, body) = await PartAsync(engine, path + "/frames/2", Bytes, "bytes=0-99");

        Assert.Equal((HttpStatusCode.PartialContent, "bytes 0-99/256", "application/octet-stream"), (status, range, type));
        Assert.Equal(Enumerable.Repeat((byte)2, 100), body);
        Assert.Equal((HttpStatusCode.RequestedRangeNotSatisfiable, "bytes */256"), ((await PartAsync(engine, path + "/frames/2", Bytes, "bytes=256-")).Status, (await PartAsync(engine, path + "/frames/2", Bytes, "bytes=256-")).Range));
    }

    [Fact]
    public async Task A_document_is_rendered_as_it_is_and_has_no_thumbnail()
    {
        var engine = await shared.GetAsync();
        using var viewer = new DicomWebViewer(engine);
        var pdf = Encoding.ASCII.GetBytes("%PDF-1.4 " + new string('x', 4_001));
        var (path, file) = Write(new SentImage(StudyFiles.Uid(), "FR-2"), Uids.EncapsulatedPdfStorage, dataSet =>
        {
            dataSet.Remove(Tags.PixelData);
            dataSet.Set(new Tag(0x0042, 0x0012), "application/pdf").SetBytes(new Tag(0x0042, 0x0011), VR.OB, pdf);
        });
        Assert.Equal(HttpStatusCode.OK, (await viewer.StoreAsync(file)).Status);

        foreach (var accept in new[] { "application/pdf", "*/*", "image/png;q=0.9, application/pdf" })
        {
            var (status, type, body) = await viewer.GetAsync(path + "/rendered", accept);
            Assert.Equal((HttpStatusCode.OK, "application/pdf"), (status, type));
            Assert.Equal([.. pdf], body);
        }

        Assert.Equal(HttpStatusCode.NotAcceptable, (await viewer.GetAsync(path + "/rendered", "image/jpeg")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.GetAsync(path + "/thumbnail", "image/png")).Status);
        Assert.Equal((HttpStatusCode.PartialContent, "bytes 0-3/4010"), ((await PartAsync(engine, path + "/rendered", "*/*", "bytes=0-3")).Status, (await PartAsync(engine, path + "/rendered", "*/*", "bytes=0-3")).Range));
    }

    [Fact]
    public async Task A_video_is_rendered_as_it_is_also_a_part_of_it()
    {
        var engine = await shared.GetAsync();
        using var viewer = new DicomWebViewer(engine);
        // One stream over two fragments of 16 bytes.
        var file = StudyFiles.CreateVideo(StudyFiles.Uid());
        byte[] stream = [.. file[^24..^8], .. file[^24..^8]];
        byte[] two = [.. file[..^8], 0xFE, 0xFF, 0, 0xE0, 16, 0, 0, 0, .. file[^24..^8], .. file[^8..]];
        await StudyFiles.StoreAsync(engine, two);
        var read = StudyFiles.Read(two);
        var path = $"studies/{read.GetString(Tags.StudyInstanceUid)}/series/{read.GetString(Tags.SeriesInstanceUid)}/instances/{read.GetString(Tags.SopInstanceUid)}";

        var (status, type, body) = await viewer.GetAsync(path + "/rendered", "video/*");

        Assert.Equal((HttpStatusCode.OK, "video/mpeg"), (status, type));
        Assert.Equal(stream, body);
        var part = await PartAsync(engine, path + "/rendered", "*/*", "bytes=12-19");
        Assert.Equal((HttpStatusCode.PartialContent, "bytes 12-19/32"), (part.Status, part.Range));
        Assert.Equal(stream[12..20], part.Body);
        Assert.Equal(HttpStatusCode.NotAcceptable, (await viewer.GetAsync(path + "/rendered", "image/jpeg")).Status);
    }

    [Fact]
    public async Task A_report_without_pixels_has_no_picture()
    {
        using var viewer = new DicomWebViewer(await shared.GetAsync());
        var (path, file) = Write(new SentImage(StudyFiles.Uid(), "FR-3"), Uids.BasicTextSrStorage, static dataSet => dataSet.Remove(Tags.PixelData));
        Assert.Equal(HttpStatusCode.OK, (await viewer.StoreAsync(file)).Status);

        foreach (var picture in new[] { "/rendered", "/thumbnail", "/frames/1", "/frames/1/rendered" })
            Assert.Equal((picture, HttpStatusCode.NotFound), (picture, (await viewer.GetAsync(path + picture, "*/*")).Status));
    }

    private static (string Path, byte[] File) ThreeFrames() => Write(
        new SentImage(StudyFiles.Uid(), "FR-1"), Uids.SecondaryCaptureImageStorage, static dataSet => dataSet.Set(Tags.NumberOfFrames, "3")
            .SetBytes(Tags.PixelData, VR.OB, (byte[])[.. Enumerable.Repeat((byte)1, 256), .. Enumerable.Repeat((byte)2, 256), .. Enumerable.Repeat((byte)3, 256)]));

    private static (string Path, byte[] File) Write(SentImage image, string sopClass, Action<DataSet> change)
    {
        var dataSet = image.DataSet().Set(Tags.SopClassUid, sopClass);
        change(dataSet);
        var file = new ArrayBufferWriter<byte>();
        Part10.Write(Part10.CreateMeta(sopClass, image.Instance, TransferSyntax.ExplicitVrLittleEndian), dataSet, file, SpecificCharacterSet.Default);
        return (image.Path, file.WrittenSpan.ToArray());
    }

    private static async Task<(HttpStatusCode Status, string? Range, string? Type, byte[] Body)> PartAsync(TestedEngine engine, string path, string accept, string range)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{engine.HttpPort}/dicomweb/{path}");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("Range", range);
        using var answer = await http.SendAsync(request, Token);
        return (answer.StatusCode, answer.Content.Headers.ContentRange?.ToString(), answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsByteArrayAsync(Token));
    }
}
