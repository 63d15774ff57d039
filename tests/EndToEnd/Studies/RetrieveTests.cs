using System.Globalization;
using System.Text.RegularExpressions;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>Stored studies fetched by DCMTK's getscu, and sent by movescu to its storescp: byte by byte what was stored.</summary>
public sealed partial class RetrieveTests(RetrieveEngine engines) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cloudpacs-retrieve");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("PATIENT")]
    [InlineData("STUDY")]
    [InlineData("SERIES")]
    [InlineData("IMAGE")]
    public async Task Getscu_fetches_what_was_stored_at_each_level(string level)
    {
        var engine = await StartAsync("getscu");
        var (study, series, patient) = (StudyFiles.Uid(), StudyFiles.Uid(), StudyFiles.Uid()[..20]);
        byte[][] files = [.. Enumerable.Range(1, 3).Select(i => StudyFiles.Create(study, series, patient: patient, number: i, pixelBytes: i * 100_001 & ~1))];
        await StudyFiles.StoreAsync(engine, [.. files, StudyFiles.Create(StudyFiles.Uid(), StudyFiles.Uid(), patient: patient + "9")]);
        string[] keys = level switch
        {
            "PATIENT" => [$"0010,0020={patient}"],
            "STUDY" => [$"0020,000d={study}"],
            "SERIES" => [$"0020,000d={study}", $"0020,000e={series}"],
            _ => [$"0020,000d={study}", $"0020,000e={series}", $"0008,0018={StudyFiles.Read(files[0]).GetString(Tags.SopInstanceUid)}"],
        };

        var (final, _) = await RunAsync("getscu", level == "PATIENT" ? "-P" : "-S", ["+B", "-od", _folder.FullName], level, keys);

        var expected = level == "IMAGE" ? files[..1] : files;
        Assert.Equal(new Final(0x0000, null, expected.Length, 0, 0), final);
        AssertSame(expected, [.. _folder.GetFiles().Select(static file => File.ReadAllBytes(file.FullName))]);
    }

    [Fact]
    public async Task Movescu_sends_every_syntax_as_it_is_stored()
    {
        var engine = await StartAsync("movescu");
        using var scp = await Storescp.StartAsync(engines.DestinationPort, _folder.FullName, "+xa");
        var study = StudyFiles.Uid();
        byte[][] own =
        [
            .. new[]
            {
                TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ImplicitVrLittleEndian, TransferSyntax.ExplicitVrBigEndian,
                TransferSyntax.DeflatedExplicitVrLittleEndian,
            }.Select((syntax, i) => StudyFiles.Create(study, StudyFiles.Uid(), syntax, number: i)),
        ];
        byte[][] samples = [.. new[] { "mr-j2k-lossless", "seg-j2k" }.Select(StudyFiles.Sample)];
        await StudyFiles.StoreAsync(engine, [.. own, .. samples]);

        // A list of studies.
        var studies = string.Join('\\', samples.Select(static file => StudyFiles.Read(file).GetString(Tags.StudyInstanceUid)).Append(study));
        var (final, _) = await MoveAsync(RetrieveEngine.Destination, $"0020,000d={studies}");

        Assert.Equal(new Final(0x0000, null, 6, 0, 0), final);
        AssertSame([.. own, .. samples], scp.Files());
    }

    [Fact]
    public async Task Private_elements_of_a_sender_that_speaks_implicit_alone_are_sent_on_byte_by_byte()
    {
        var engine = await StartAsync("storescu");
        using var scp = await Storescp.StartAsync(engines.DestinationPort, Path.Combine(_folder.FullName, "received"), "+xa");
        var image = new SentImage(StudyFiles.Uid(), "RT-1");
        var dataSet = image.DataSet().Set(new Tag(0x0009, 0x0010), VR.LO, "SCANNER 1").SetBytes(new Tag(0x0009, 0x1001), VR.UN, (byte[])[1, 2, 3, 4, 5, 6])
            .Set(new Tag(0x0009, 0x1002), VR.LO, "text of their own").SetBytes(new Tag(0x0029, 0x1001), VR.UN, (byte[])[9, 8]);
        var file = new System.Buffers.ArrayBufferWriter<byte>();
        Part10.Write(Part10.CreateMeta(Uids.SecondaryCaptureImageStorage, image.Instance, TransferSyntax.ImplicitVrLittleEndian), dataSet, file, SpecificCharacterSet.Default);
        var path = Path.Combine(_folder.FullName, "sent.dcm");
        await File.WriteAllBytesAsync(path, file.WrittenMemory, TestContext.Current.CancellationToken);

        var sent = await Tool.RunAsync("storescu", "-xi", "-aec", "CLOUDPACS", "127.0.0.1", $"{engine.DicomPort}", path);
        var (final, _) = await MoveAsync(RetrieveEngine.Destination, $"0020,000d={image.Study}");

        Assert.True(sent.ExitCode == 0, sent.Errors);
        Assert.Equal(new Final(0x0000, null, 1, 0, 0), final);
        AssertSame([file.WrittenSpan.ToArray()], scp.Files());
    }

    [Theory]
    [InlineData("+x=", "1.2.840.10008.1.2.1")]
    [InlineData("+xi", "1.2.840.10008.1.2")]
    public async Task What_the_destination_does_not_take_is_decoded_and_written_anew(string option, string syntax)
    {
        var engine = await StartAsync("movescu");
        using var scp = await Storescp.StartAsync(engines.DestinationPort, _folder.FullName, option);
        var study = StudyFiles.Uid();
        byte[][] files =
        [
            StudyFiles.Create(study, StudyFiles.Uid(), TransferSyntax.DeflatedExplicitVrLittleEndian),
            .. new[] { "mr-rle", "mr-jpegls-lossless", "mr-j2k-lossless" }.Select(name => SampleFile.Copy(SampleFile.PathOf(name), "move" + syntax).Bytes),
        ];
        await StudyFiles.StoreAsync(engine, files);

        var studies = string.Join('\\', files.Select(static file => StudyFiles.Read(file).GetString(Tags.StudyInstanceUid)).Distinct());
        var (final, _) = await MoveAsync(RetrieveEngine.Destination, $"0020,000d={studies}");

        Assert.Equal(new Final(0x0000, null, 4, 0, 0), final);
        var received = scp.Files().Select(static file => Part10.Read(file)).ToDictionary(static file => file.DataSet.GetString(Tags.SopInstanceUid)!);
        Assert.All(received.Values, file => Assert.Equal((syntax, null), (file.TransferSyntax.Uid, file.Error)));
        Assert.Equal(PixelsOf(StudyFiles.Read(files[0])), PixelsOf(Received(files[0])));
        // Three encodings of one image.
        Assert.All(files[1..], file => Assert.Equal(PixelsOf(StudyFiles.Read(StudyFiles.Sample("mr-explicit-le"))), PixelsOf(Received(file))));

        DataSet Received(byte[] file) => received[StudyFiles.Read(file).GetString(Tags.SopInstanceUid)!].DataSet;
    }

    [Fact]
    public async Task Getscu_that_proposes_no_compression_gets_what_is_decoded_and_hears_of_what_cannot_be()
    {
        var engine = await StartAsync("getscu");
        var good = SampleFile.Copy(SampleFile.PathOf("mr-rle"), "get");
        var damaged = SampleFile.Copy(SampleFile.PathOf("mr-rle"), "get damaged").WithDamagedFrame();
        var video = StudyFiles.CreateVideo(StudyFiles.Uid());
        await StudyFiles.StoreAsync(engine, good.Bytes, damaged.Bytes, video);

        var (decoded, _) = await RunAsync("getscu", "-S", ["-od", _folder.FullName], "STUDY", [$"0020,000d={good.StudyInstanceUid}"]);
        var (failed, why) = await RunAsync("getscu", "-S", ["-od", _folder.FullName], "STUDY", [$"0020,000d={damaged.StudyInstanceUid}"]);
        var (refused, whyNot) = await RunAsync(
            "getscu", "-S", ["-od", _folder.FullName], "STUDY", [$"0020,000d={StudyFiles.Read(video).GetString(Tags.StudyInstanceUid)}"]);

        Assert.Equal((new Final(0x0000, null, 1, 0, 0), new Final(0xA702, null, 0, 1, 0), new Final(0xA702, null, 0, 1, 0)), (decoded, failed, refused));
        Assert.Contains("RLE", why, StringComparison.Ordinal);
        Assert.Contains("Transfer syntax 1.2.840.10008.1.2.4.100 was not accepted", whyNot, StringComparison.Ordinal);
        var received = Part10.Read(File.ReadAllBytes(Assert.Single(_folder.GetFiles()).FullName));
        Assert.Equal(PixelsOf(StudyFiles.Read(StudyFiles.Sample("mr-explicit-le"))), PixelsOf(received.DataSet));
    }

    [Theory]
    [InlineData("NOBODY")]
    [InlineData(RetrieveEngine.Reserved)]
    public async Task A_destination_that_is_unknown_or_not_for_who_asks_is_refused_alike(string destination)
    {
        await StartAsync("movescu");

        var (_, output) = await MoveAsync(destination, "0020,000d=1.2.3");

        Assert.Contains("0xa801", output, StringComparison.Ordinal);
        Assert.Contains("The move destination is unknown", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-S", "PATIENT", "0010,0020=P1")]
    [InlineData("-S", "STUDY", "0020,000d")]
    [InlineData("-S", "STUDY", "0020,000d=1.2.*")]
    [InlineData("-P", "PATIENT", "0010,0020=P*")]
    [InlineData("-P", "IMAGE", "0020,000d=1.2.3")]
    [InlineData("-P", "NONE", "0020,000d=1.2.3")]
    public async Task An_identifier_without_meaning_is_refused(string model, string level, string key)
    {
        await StartAsync("getscu");

        var (_, output) = await RunAsync("getscu", model, ["-od", _folder.FullName], level, [key]);

        Assert.Contains("0xa900", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_of_a_patient_is_sent_only_where_the_id_names_one_person()
    {
        var engine = await StartAsync("getscu");
        var id = StudyFiles.Uid()[..20];
        var (mercy, other) = (new SentImage(StudyFiles.Uid(), id) { Issuer = "MERCY" }, new SentImage(StudyFiles.Uid(), id) { Issuer = "OTHER" });
        await StudyFiles.StoreAsync(engine, mercy.File(), other.File());

        var (_, refused) = await RunAsync("getscu", "-P", ["-od", _folder.FullName], "PATIENT", [$"0010,0020={id}"]);
        var empty = _folder.GetFiles().Length;
        var (one, _) = await RunAsync("getscu", "-P", ["+B", "-od", _folder.FullName], "PATIENT", [$"0010,0020={id}", "0010,0021=OTHER"]);
        var (nobody, _) = await RunAsync("getscu", "-P", ["-od", _folder.FullName], "PATIENT", [$"0010,0020={id}", "0010,0021=THIRD"]);
        var (study, _) = await RunAsync("getscu", "-P", ["-od", _folder.FullName], "STUDY", [$"0010,0020={id}", $"0020,000d={mercy.Study}"]);

        Assert.Contains("Several issuers gave this Patient ID", refused, StringComparison.Ordinal);
        Assert.Contains("0xc000", refused, StringComparison.Ordinal);
        Assert.Equal((0, 1, 0, 1), (empty, one.Completed, nobody.Completed, study.Completed));
        Assert.Contains(_folder.GetFiles(), file => StudyFiles.DataSetOf(File.ReadAllBytes(file.FullName)).AsSpan().SequenceEqual(StudyFiles.DataSetOf(other.File())));
    }

    [Fact]
    public async Task Nothing_found_is_a_success_without_instances()
    {
        await StartAsync("movescu");

        var (final, _) = await MoveAsync(RetrieveEngine.Destination, $"0020,000d={StudyFiles.Uid()}");

        Assert.Equal(new Final(0x0000, null, 0, 0, 0), final);
    }

    [Fact]
    public async Task An_unreachable_destination_fails_all()
    {
        var engine = await StartAsync("movescu");
        var study = StudyFiles.Uid();
        await StudyFiles.StoreAsync(engine, StudyFiles.Create(study, StudyFiles.Uid()));

        var (final, output) = await MoveAsync(RetrieveEngine.Destination, $"0020,000d={study}");

        Assert.Equal(new Final(0xA702, null, 0, 1, 0), final);
        Assert.Contains("Cannot connect", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_destination_that_takes_no_association_fails_all()
    {
        var engine = await StartAsync("movescu");
        using var scp = await Storescp.StartAsync(engines.DestinationPort, _folder.FullName, "--refuse");
        var study = StudyFiles.Uid();
        await StudyFiles.StoreAsync(engine, StudyFiles.Create(study, StudyFiles.Uid()), StudyFiles.Create(study, StudyFiles.Uid()));

        var (final, output) = await MoveAsync(RetrieveEngine.Destination, $"0020,000d={study}");

        Assert.Equal(new Final(0xA702, null, 0, 2, 0), final);
        Assert.Contains("rejected", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_destination_that_aborts_is_called_once_more()
    {
        var engine = await StartAsync("movescu");
        using var scp = await Storescp.StartAsync(engines.DestinationPort, _folder.FullName, "--abort-after");
        var study = StudyFiles.Uid();
        await StudyFiles.StoreAsync(engine, Enumerable.Range(1, 4).Select(i => StudyFiles.Create(study, StudyFiles.Uid(), number: i)));

        var (final, _) = await MoveAsync(RetrieveEngine.Destination, $"0020,000d={study}");

        Assert.Equal(new Final(0xA702, null, 0, 4, 0), final);
    }

    [Fact]
    public async Task A_cancelled_move_tells_what_remains()
    {
        var engine = await StartAsync("movescu");
        using var scp = await Storescp.StartAsync(engines.DestinationPort, _folder.FullName, "--sleep-after", "1");
        var (study, series) = (StudyFiles.Uid(), StudyFiles.Uid());
        await StudyFiles.StoreAsync(engine, Enumerable.Range(1, 20).Select(i => StudyFiles.Create(study, series, number: i, pixelBytes: 100)));

        var (final, output) = await MoveAsync(RetrieveEngine.Destination, $"0020,000d={study}", "--cancel", "1");

        Assert.True(final.Status == 0xFE00, output);
        Assert.Equal((20, 0), (final.Remaining + final.Completed, final.Failed));
        Assert.InRange(final.Completed, 0, 3);
    }

    [Fact]
    public async Task A_station_fetches_no_study_of_another_facility()
    {
        var engine = await StartAsync("storescu");
        var study = StudyFiles.Uid();
        var path = Path.Combine(_folder.FullName, "north.dcm");
        await File.WriteAllBytesAsync(path, StudyFiles.Create(study, StudyFiles.Uid()), TestContext.Current.CancellationToken);
        var stored = await Tool.RunAsync("storescu", "-aet", RetrieveEngine.North, "-aec", "CLOUDPACS", "127.0.0.1", $"{engine.DicomPort}", path);
        Assert.True(stored.ExitCode == 0, stored.Errors);

        var (south, _) = await RunAsync("getscu", "-S", ["-aet", RetrieveEngine.South, "-od", _folder.FullName], "STUDY", [$"0020,000d={study}"]);
        var (north, _) = await RunAsync("getscu", "-S", ["-aet", RetrieveEngine.North, "-od", _folder.FullName], "STUDY", [$"0020,000d={study}"]);

        Assert.Equal((0, 1), (south.Completed, north.Completed));
    }

    private static byte[] PixelsOf(DataSet dataSet)
    {
        Assert.True(dataSet.TryGet(Tags.PixelData, out var pixels));
        return pixels.Bytes.ToArray();
    }

    private static void AssertSame(IEnumerable<byte[]> stored, IEnumerable<byte[]> fetched)
    {
        static IEnumerable<string> Sorted(IEnumerable<byte[]> files) =>
            files.Select(static file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(StudyFiles.DataSetOf(file)))).Order();
        Assert.Equal(Sorted(stored), Sorted(fetched));
    }

    private async Task<TestedEngine> StartAsync(string tool)
    {
        Tool.SkipWithout(tool);
        Tool.SkipWithout("storescp");
        return await engines.GetAsync();
    }

    private Task<(Final Final, string Output)> MoveAsync(string destination, string key, params string[] options) =>
        RunAsync("movescu", "-S", ["-aem", destination, .. options], "STUDY", [key]);

    private async Task<(Final Final, string Output)> RunAsync(string tool, string model, string[] options, string level, string[] keys)
    {
        var engine = await engines.GetAsync();
        var result = await Tool.RunAsync(
            tool,
            ["-d", model, "-aec", "CLOUDPACS", .. options, .. keys.Prepend($"0008,0052={level}").SelectMany(static key => new[] { "-k", key }),
             "127.0.0.1", $"{engine.DicomPort}"]);
        var output = result.Output + result.Errors;
        return (Final.Of(output), output);
    }

    /// <summary>The last response as the tool shows it.</summary>
    private sealed partial record Final(int Status, int? Remaining, int Completed, int Failed, int Warning)
    {
        public static Final Of(string output)
        {
            // Responses to C-STORE have no counts.
            var last = Response().Matches(output).LastOrDefault();
            Assert.True(last is not null, output);
            return new Final(
                int.Parse(last.Groups["status"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                Number("remaining"), Number("completed") ?? 0, Number("failed") ?? 0, Number("warning") ?? 0);

            int? Number(string group) => int.TryParse(last.Groups[group].ValueSpan, CultureInfo.InvariantCulture, out var number) ? number : null;
        }

        [GeneratedRegex(
            @"Remaining Suboperations +: (?<remaining>\w+)\s+\w: Completed Suboperations +: (?<completed>\w+)\s+\w: Failed Suboperations +: "
                + @"(?<failed>\w+)\s+\w: Warning Suboperations +: (?<warning>\w+)\s+\w: Data Set +: \w+\s+\w: DIMSE Status +: 0x(?<status>[0-9a-f]{4})")]
        private static partial Regex Response();
    }
}
