using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Pixels;
using Hl7.Fhir.Serialization;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>Files of other projects, stored by DCMTK, curl and in parts; found by C-FIND and QIDO-RS; read back by WADO-RS; shown as ImagingStudy.</summary>
public sealed class SampleStudyTests(StudyEngine shared)
{
    /// <summary>Broken, or no instance: they name no study, series or instance, end in the middle, or their fragments cannot be read.</summary>
    private static readonly HashSet<string> Broken =
    [
        "chrSQEncoding.dcm", "chrSQEncoding1.dcm", "empty-charset.dcm", "mr-truncated.dcm", "no-meta-group-length.dcm", "private-sequence.dcm", "sc-htj2k-rgb.dcm",
        "un-sequence.dcm", "us-jpegls.dcm",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_dcmsend_stores_is_found_by_C_FIND_and_shown()
    {
        Tool.SkipWithout("dcmsend");
        var engine = await shared.GetAsync();
        using var folder = new ScratchFolder();
        var samples = SampleFile.Paths.Select(static path => SampleFile.Copy(path, "dcmsend")).Where(static sample => !Broken.Contains(sample.Name) && IsReadByDcmtk(sample)).ToList();
        foreach (var sample in samples) await File.WriteAllBytesAsync(folder[sample.Name], sample.Bytes, Token);

        var sent = await Tool.RunAsync(
            "dcmsend", ["-v", "-dn", "-aet", "CT7", "-aec", "CLOUDPACS", "127.0.0.1", $"{engine.DicomPort}", .. samples.Select(sample => folder[sample.Name])]);

        Assert.True(sent.ExitCode == 0, sent.Output + sent.Errors);
        using var viewer = new DicomWebViewer(engine);
        foreach (var sample in samples)
        {
            foreach (var (level, keys) in KeysOf(sample))
            {
                var found = Assert.Single(await Findscu.QueryStudiesAsync(engine.DicomPort, level, [.. keys.Select(static key => $"{key.Tag.Group:X4}{key.Tag.Element:X4}={key.Uid}")]));
                Assert.Equal(keys[^1].Uid, found[$"{keys[^1].Tag.Group:X4}{keys[^1].Tag.Element:X4}"]);
            }

            await CheckPixelsAsync(viewer, sample);
            await CheckRenderedAsync(viewer, sample);
        }

        TestContext.Current.SendDiagnosticMessage($"{samples.Count} samples by dcmsend");
    }

    [Fact]
    public async Task What_curl_stores_is_found_by_QIDO_and_read_back_byte_equal()
    {
        Tool.SkipWithout("curl");
        var engine = await shared.GetAsync();
        using var folder = new ScratchFolder();
        using var viewer = new DicomWebViewer(engine);
        var (stored, refused) = (0, 0);
        foreach (var sample in SampleFile.Paths.Select(static path => SampleFile.Copy(path, "curl")))
        {
            await File.WriteAllBytesAsync(folder[sample.Name], sample.Bytes, Token);
            var answer = await Tool.RunAsync(
                "curl", "-s", "-w", "%{stderr}%{http_code}", "-H", "Content-Type: application/dicom", "-H", "Accept: application/dicom+json", "--data-binary", "@" + folder[sample.Name],
                $"http://127.0.0.1:{engine.HttpPort}/dicomweb/studies");
            if (Broken.Contains(sample.Name))
            {
                Assert.True(answer.Errors is "400" or "409", $"{sample.Name}: {answer.Errors} {answer.Output}");
                var told = JsonNode.Parse(answer.Output)![0]!;
                Assert.True((int)(told["00081198"] ?? told["0008119A"])!["Value"]![0]!["00081197"]!["Value"]![0]! == 0xC000, answer.Output);
                refused++;
                continue;
            }

            Assert.True(answer.Errors == "200", $"{sample.Name}: {answer.Errors} {answer.Output}");
            stored++;
            foreach (var (level, keys) in KeysOf(sample))
            {
                var found = Assert.Single(await viewer.SearchAsync(level switch
                {
                    "STUDY" => $"studies?StudyInstanceUID={sample.StudyInstanceUid}",
                    "SERIES" => $"studies/{sample.StudyInstanceUid}/series?SeriesInstanceUID={sample.SeriesInstanceUid}",
                    _ => $"instances?SOPInstanceUID={sample.SopInstanceUid}",
                }));
                Assert.Equal(keys[^1].Uid, found.GetString(keys[^1].Tag));
            }

            await CheckFileAsync(viewer, sample);
            var metadata = Assert.Single(await viewer.SearchAsync(sample.Path + "/metadata"));
            Assert.Equal((sample.SopInstanceUid, sample.StudyInstanceUid), (metadata.GetString(Tags.SopInstanceUid), metadata.GetString(Tags.StudyInstanceUid)));
            await CheckRenderedAsync(viewer, sample);
        }

        TestContext.Current.SendDiagnosticMessage($"{stored} samples stored by curl, {refused} refused");
    }

    [Fact]
    public async Task Parts_of_one_request_are_stored_or_refused_each_and_the_refused_ones_stand_in_quarantine()
    {
        var engine = await shared.GetAsync();
        using var viewer = new DicomWebViewer(engine);
        var samples = SampleFile.Paths.Select(static path => SampleFile.Copy(path, "parts")).ToList();
        var good = samples.Find(static sample => sample.Name == "mr-explicit-le.dcm")!;
        var nameless = new SentImage("1.2.826.0.1.3680043.10.9.7.1", "SAM-1") { Series = "x", Instance = "1.2.826.0.1.3680043.10.9.7.1.1.1" };
        var cut = new SentImage("1.2.826.0.1.3680043.10.9.7.2", "SAM-1");
        await using var database = new EngineDatabase(engine);
        var before = await database.CountAsync("quarantined_instance");

        var (status, told) = await viewer.StoreAsync(samples.Select(static sample => sample.Bytes).Append(nameless.File()).Append(cut.File()[..^100]).Append("no DICOM"u8.ToArray()));

        var broken = samples.Count(static sample => Broken.Contains(sample.Name)) + 3;
        Assert.Equal(HttpStatusCode.Accepted, status);
        // What names no instance is told beside those that do (PS3.18 table 10.5.3-2).
        var failed = told.GetItems(Tags.FailedSopSequence).Concat(told.GetItems(new Tag(0x0008, 0x119A))).ToList();
        var names = failed.Select(item => samples.Find(sample => item.GetString(Tags.ReferencedSopInstanceUid) is { } uid && sample.SopInstanceUid == uid)?.Name).OfType<string>();
        Assert.Empty(names.Except(Broken));
        Assert.Equal((samples.Count + 3 - broken, broken), (told.GetItems(Tags.ReferencedSopSequence).Count, failed.Count));
        Assert.All(failed, static item => Assert.Equal("49152", item.GetString(Tags.FailureReason)));
        var aside = await database.ListAsync(
            "SELECT sop_instance_uid, code, reason FROM quarantined_instance ORDER BY received_at DESC, id DESC", static row => (Uid: row.IsDBNull(0) ? null : row.GetString(0), Code: row.GetString(1), Reason: row.GetString(2)));
        Assert.True(aside.Count - before >= broken, $"{aside.Count - before} of {broken}");
        Assert.Contains(aside, static row => row is { Code: "STU-021", Reason: "SeriesInstanceUID is missing or no UID" });
        Assert.Contains(aside, static row => row.Code == "STU-020" && row.Reason.StartsWith("Unreadable: The data set ends inside ", StringComparison.Ordinal));
        await CheckFileAsync(viewer, good);
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.GetAsync(cut.Path, DicomWebViewer.AnyFile)).Status);
    }

    [Fact]
    public async Task Every_sample_is_an_ImagingStudy_that_three_validators_accept()
    {
        var engine = await shared.GetAsync();
        using var viewer = new DicomWebViewer(engine);
        var samples = SampleFile.Paths.Select(static path => SampleFile.Copy(path, "fhir")).Where(static sample => !Broken.Contains(sample.Name)).ToList();
        var (status, told) = await viewer.StoreAsync(samples.Select(static sample => sample.Bytes));
        Assert.True(status == HttpStatusCode.OK, System.Text.Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(told)));

        var resources = new List<string>();
        foreach (var sample in samples)
        {
            var study = await StudyResource.ReadAsync(engine, sample.StudyInstanceUid!);
            Assert.Equal("available", (string?)study["status"]);
            Assert.Equal((1, 1), ((int)study["numberOfSeries"]!, (int)study["numberOfInstances"]!));
            Assert.Equal(sample.SopInstanceUid, (string?)study["series"]![0]!["instance"]![0]!["uid"]);
            resources.Add(study.ToJsonString());
            var isRead = FhirJsonDeserializer.STRICT.TryDeserializeResource(resources[^1], out _, out var problems);
            Assert.True(isRead, $"{sample.Name}: {string.Join("; ", problems.Select(static problem => problem.Message))}\n{resources[^1]}");
        }

        var endpoint = JsonNode.Parse(await engine.GetAsync($"/fhir/{JsonNode.Parse(resources[0])!["endpoint"]![0]!["reference"]}"))!;
        Assert.Equal($"http://127.0.0.1:{engine.HttpPort}/dicomweb", (string?)endpoint["address"]);
        resources.Add(endpoint.ToJsonString());
        Assert.True(FhirJsonDeserializer.STRICT.TryDeserializeResource(resources[^1], out _, out _));
        using var folder = new ScratchFolder();
        var validated = await Tool.RunClientAsync("validate-fhir.cjs", folder.Write("resources.ndjson", string.Join('\n', resources)));
        Assert.Equal($"{resources.Count} validated", validated.Trim());
    }

    /// <summary>DCMTK sends no file without a SOP class in its meta information.</summary>
    private static bool IsReadByDcmtk(SampleFile sample) => sample.Name is not ("ct-bad-meta.dcm" or "no-preamble-no-meta.dcm" or "rtstruct-implicit-le-nometa.dcm");

    private static (string Level, (Tag Tag, string Uid)[] Keys)[] KeysOf(SampleFile sample)
    {
        var (study, series, instance) = ((Tags.StudyInstanceUid, sample.StudyInstanceUid!), (Tags.SeriesInstanceUid, sample.SeriesInstanceUid!), (Tags.SopInstanceUid, sample.SopInstanceUid!));
        return [("STUDY", [study]), ("SERIES", [study, series]), ("IMAGE", [study, series, instance])];
    }

    /// <summary>Byte-equal where the syntax may travel; implicit and big endian ones never do (PS3.18 8.7.3).</summary>
    private static async Task CheckFileAsync(DicomWebViewer viewer, SampleFile sample)
    {
        var (status, type, body) = await viewer.GetAsync(sample.Path!, DicomWebViewer.AnyFile);
        Assert.True((status, type) == (HttpStatusCode.OK, "application/dicom"), $"{sample.Name}: {status} {type}");
        if (sample.Read().TransferSyntax.Uid is not ("1.2.840.10008.1.2" or "1.2.840.10008.1.2.2"))
        {
            Assert.True(sample.Bytes.AsSpan().SequenceEqual(body), $"{sample.Name} is not what was sent");
            return;
        }

        await CheckPixelsAsync(viewer, sample);
    }

    /// <summary>The same pixels, in whatever is native or compressed as it was.</summary>
    private static async Task CheckPixelsAsync(DicomWebViewer viewer, SampleFile sample)
    {
        var (status, _, body) = await viewer.GetAsync(sample.Path!, DicomWebViewer.AnyFile);
        Assert.Equal(HttpStatusCode.OK, status);
        var (sent, read) = (sample.Read(), Part10.Read(body));
        Assert.Null(read.Error);
        Assert.Equal(sample.SopInstanceUid, read.DataSet.GetString(Tags.SopInstanceUid));
        if (read.DataSet.TryGet(Tags.PixelData, out var pixels) && !read.TransferSyntax.IsEncapsulated && !sent.TransferSyntax.IsBigEndian)
        {
            Assert.True(sent.DataSet.TryGet(Tags.PixelData, out var before));
            Assert.True(before.Bytes.Span.SequenceEqual(pixels.Bytes.Span), $"{sample.Name}: other pixels");
        }
    }

    private static async Task CheckRenderedAsync(DicomWebViewer viewer, SampleFile sample)
    {
        var file = sample.Read();
        var (status, type, body) = await viewer.GetAsync(sample.Path + "/rendered", "image/png");
        var hasPixels = file.DataSet.TryGet(Tags.PixelData, out var pixels) && (file.TransferSyntax.IsEncapsulated || !pixels.Bytes.IsEmpty);
        if (!hasPixels || file.TransferSyntax.IsDeflated)
        {
            Assert.True(status == HttpStatusCode.NotFound, $"{sample.Name}: {status}");
            return;
        }

        if (!PixelCodecs.CanDecode(file.TransferSyntax.Uid, out _))
        {
            Assert.True(status == HttpStatusCode.NotAcceptable, $"{sample.Name}: {status}");
            return;
        }

        Assert.True((status, type) == (HttpStatusCode.OK, "image/png"), $"{sample.Name}: {status} {System.Text.Encoding.UTF8.GetString(body)}");
        var size = (BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(20)));
        Assert.Equal((Number(file.DataSet, Tags.Columns), Number(file.DataSet, Tags.Rows)), size);
    }

    private static int Number(DataSet dataSet, Tag tag) => int.Parse(dataSet.GetString(tag)!, CultureInfo.InvariantCulture);
}
