using System.Globalization;
using System.Net;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Pixels;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>What is stored compressed is had uncompressed over HTTP: the pixels are those that other programs decode.</summary>
public sealed class TranscodingTests(StudyEngine shared)
{
    private const string Explicit = "1.2.840.10008.1.2.1", ExplicitFile = "application/dicom; transfer-syntax=" + Explicit;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Compressed_samples_are_decoded_as_other_programs_decode_them()
    {
        Tool.SkipWithout("dcmdjpeg");
        using var viewer = new DicomWebViewer(await shared.GetAsync());
        using var folder = new ScratchFolder();
        var compared = new List<string>();
        foreach (var sample in SampleFile.Paths.Select(static path => SampleFile.Copy(path, "decoded")))
        {
            var stored = sample.Read();
            if (!stored.TransferSyntax.IsEncapsulated || !PixelCodecs.CanDecode(stored.TransferSyntax.Uid, out _) || sample.Path is null) continue;
            if ((await viewer.StoreAsync(sample.Bytes)).Status != HttpStatusCode.OK) continue;

            var (status, _, body) = await viewer.GetAsync(sample.Path, ExplicitFile);

            if (status == HttpStatusCode.NotAcceptable)
            {
                // Its stream and its attributes disagree: there are no right pixels.
                Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync(sample.Path, $"{ExplicitFile}, {DicomWebViewer.AnyFile};q=0.5")).Status);
                compared.Add($"{sample.Name}: {Encoding.UTF8.GetString(body)}");
                continue;
            }

            Assert.True(status == HttpStatusCode.OK, $"{sample.Name}: {status} {Encoding.UTF8.GetString(body)}");
            var decoded = Part10.Read(body);
            Assert.Equal((Explicit, null), (decoded.TransferSyntax.Uid, decoded.Error));
            Check(stored.DataSet, decoded.DataSet);
            var peer = stored.TransferSyntax.Uid switch
            {
                "1.2.840.10008.1.2.5" => "dcmdrle",
                "1.2.840.10008.1.2.4.80" or "1.2.840.10008.1.2.4.81" => "dcmdjpls",
                "1.2.840.10008.1.2.4.50" or "1.2.840.10008.1.2.4.51" or "1.2.840.10008.1.2.4.57" or "1.2.840.10008.1.2.4.70" => "dcmdjpeg",
                _ => null,
            };
            if (peer is null) continue;
            await File.WriteAllBytesAsync(folder[sample.Name], sample.Bytes, Token);
            var run = await Tool.RunAsync(peer, folder[sample.Name], folder["peer.dcm"]);
            Assert.True(run.ExitCode == 0, run.Errors);
            var expected = Part10.Read(await File.ReadAllBytesAsync(folder["peer.dcm"], Token)).DataSet;
            // Chrominance is rounded in more than one way where the compression has loss.
            AssertSame(PixelsOf(expected), PixelsOf(decoded.DataSet), stored.TransferSyntax.Uid is "1.2.840.10008.1.2.4.50" or "1.2.840.10008.1.2.4.51" ? 2 : 0, sample.Name);
            compared.Add($"{sample.Name} as {peer}");
        }

        Assert.Contains("mr-rle.dcm as dcmdrle", compared);
        TestContext.Current.SendDiagnosticMessage(string.Join('\n', compared));
    }

    [Fact]
    public async Task What_cannot_be_decoded_goes_as_it_is_stored_or_not_at_all()
    {
        using var viewer = new DicomWebViewer(await shared.GetAsync());
        var damaged = SampleFile.Copy(SampleFile.PathOf("mr-rle"), "damaged").WithDamagedFrame();
        var video = StudyFiles.CreateVideo(StudyFiles.Uid());
        Assert.Equal(HttpStatusCode.OK, (await viewer.StoreAsync(damaged.Bytes, video)).Status);
        var header = StudyFiles.Read(video);
        var path = $"studies/{header.GetString(Tags.StudyInstanceUid)}/series/{header.GetString(Tags.SeriesInstanceUid)}/instances/{header.GetString(Tags.SopInstanceUid)}";

        foreach (var (instance, bytes) in new[] { (damaged.Path!, damaged.Bytes), (path, video) })
        {
            Assert.Equal(HttpStatusCode.NotAcceptable, (await viewer.GetAsync(instance, ExplicitFile)).Status);
            Assert.Equal(HttpStatusCode.NotAcceptable, (await viewer.GetAsync(instance, $"multipart/related; type=\"application/dicom\"; transfer-syntax={Explicit}")).Status);
            var anyway = await viewer.GetAsync(instance, "application/dicom");
            Assert.Equal((HttpStatusCode.OK, Convert.ToHexString(bytes)), (anyway.Status, Convert.ToHexString(anyway.Body)));
        }
    }

    [Fact]
    public async Task A_study_goes_in_parts_each_decoded_and_lossless_ones_without_being_asked()
    {
        using var viewer = new DicomWebViewer(await shared.GetAsync());
        var sample = SampleFile.Copy(SampleFile.PathOf("mr-j2k-lossless"), "parts decoded");
        await viewer.StoreAsync(sample.Bytes);

        var (status, type, body) = await viewer.GetAsync($"studies/{sample.StudyInstanceUid}", "multipart/related; type=\"application/dicom\"");

        Assert.Equal((HttpStatusCode.OK, "multipart/related"), (status, type));
        Assert.Contains($"Content-Type: {ExplicitFile}", Encoding.Latin1.GetString(body), StringComparison.Ordinal);
        var start = body.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        var end = body.AsSpan().LastIndexOf("\r\n--"u8);
        var decoded = Part10.Read(body.AsMemory(start..end));
        Assert.Null(decoded.Error);
        Assert.Equal(PixelsOf(StudyFiles.Read(StudyFiles.Sample("mr-explicit-le"))), PixelsOf(decoded.DataSet));
    }

    /// <summary>What describes the pixels fits them, and nothing else is another.</summary>
    private static void Check(DataSet stored, DataSet decoded)
    {
        Tag[] changing =
        [
            Tags.PixelData, Tags.PhotometricInterpretation, Tags.PlanarConfiguration, Tags.SamplesPerPixel, Tags.LossyImageCompression,
            Tags.LossyImageCompressionMethod, Tags.LossyImageCompressionRatio, Tags.IconImageSequence, Tags.ExtendedOffsetTable, new(0x7FE0, 0x0002),
        ];
        var (before, after) = (stored.Copy(), decoded.Copy());
        foreach (var tag in changing)
        {
            before.Remove(tag);
            after.Remove(tag);
        }

        Assert.Equal(Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(before)), Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(after)));
        long frames = decoded.GetInt32(Tags.NumberOfFrames) ?? 1;
        var samples = decoded.GetInt32(Tags.SamplesPerPixel)!.Value;
        var bits = frames * decoded.GetInt32(Tags.Rows)!.Value * decoded.GetInt32(Tags.Columns)!.Value * samples * decoded.GetInt32(Tags.BitsAllocated)!.Value;
        Assert.Equal((bits + 15) / 16 * 2, PixelsOf(decoded).Length);
        var photometric = decoded.GetString(Tags.PhotometricInterpretation);
        Assert.Equal((samples == 3 ? "RGB" : stored.GetString(Tags.PhotometricInterpretation), samples == 3 ? "0" : null), (photometric, decoded.GetString(Tags.PlanarConfiguration)));
    }

    private static byte[] PixelsOf(DataSet dataSet)
    {
        Assert.True(dataSet.TryGet(Tags.PixelData, out var pixels) && !pixels.IsEncapsulated);
        return pixels.Bytes.ToArray();
    }

    private static void AssertSame(byte[] expected, byte[] actual, int tolerance, string what)
    {
        Assert.True(expected.Length == actual.Length, string.Create(CultureInfo.InvariantCulture, $"{what}: {expected.Length} bytes are expected, {actual.Length} came"));
        var most = expected.Zip(actual, static (one, other) => Math.Abs(one - other)).Max();
        Assert.True(most <= tolerance, string.Create(CultureInfo.InvariantCulture, $"{what}: {most} grey levels"));
    }
}
