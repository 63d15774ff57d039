using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>
/// Identifiers that are known better by now go out corrected by every door, with those that the images were made with beside them; the
/// stored bytes stay, and instances of which nothing is known better go out byte by byte.
/// </summary>
public sealed class CorrectionTests(StudyEngine shared) : IAsyncLifetime
{
    private TestedEngine _engine = null!;
    private HisSender _his = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _engine = await shared.GetAsync();
        _his = new HisSender(_engine.MllpPort);
    }

    public async ValueTask DisposeAsync() => await _his.DisposeAsync();

    [Fact]
    public async Task After_a_merge_files_metadata_and_C_GET_show_the_survivor_and_the_id_that_was_given_up()
    {
        Tool.SkipWithout("getscu");
        var order = new OrderText("CO01", "CO-1", "CORRECT^ONE");
        await _his.PlaceAsync(order);
        var image = new SentImage(order.StudyUid, "CO-1") { Accession = "CO01", Name = "CORRECT^ONE" };
        using var viewer = new DicomWebViewer(_engine);
        Assert.Equal(HttpStatusCode.OK, (await viewer.StoreAsync(image.File())).Status);
        var stored = await viewer.GetAsync(image.Path, DicomWebViewer.AnyFile);

        await _his.PlaceAsync((order with { PatientId = "CO-1X" }).Event("A40", "MRG|CO-1^^^MERCY^MR\r"));

        var file = Part10.Read((await viewer.GetAsync(image.Path, DicomWebViewer.AnyFile)).Body);
        Assert.Null(file.Error);
        CheckMerged(file.DataSet);
        CheckMerged(Assert.Single(await viewer.SearchAsync(image.Path + "/metadata")));
        var xml = Encoding.UTF8.GetString((await viewer.GetAsync(image.Path + "/metadata", "application/dicom+xml")).Body);
        Assert.Contains("<DicomAttribute tag=\"00100020\" vr=\"LO\" keyword=\"PatientID\"><Value number=\"1\">CO-1X</Value>", xml, StringComparison.Ordinal);
        using var folder = new ScratchFolder();
        var got = await Tool.RunAsync(
            "getscu", "-S", "+B", "-od", folder.Path, "-aec", "CLOUDPACS", "-k", "0008,0052=STUDY", "-k", $"0020,000d={image.Study}", "127.0.0.1", $"{_engine.DicomPort}");
        Assert.True(got.ExitCode == 0, got.Errors);
        CheckMerged(Part10.Read(await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(folder.Path)), Token)).DataSet);
        // The bytes are what they were, and what is not corrected has not changed.
        Assert.Equal(image.File(), stored.Body);
        AssertSameBut(image.DataSet(), file.DataSet, Tags.PatientId, Tags.OriginalAttributesSequence);
    }

    [Fact]
    public async Task Metadata_are_the_same_each_time_until_an_identifier_changes_or_an_image_comes()
    {
        var order = new OrderText("CO08", "CO-8", "CORRECT^EIGHT");
        await _his.PlaceAsync(order);
        var image = new SentImage(order.StudyUid, "CO-8") { Accession = "CO08", Name = "CORRECT^EIGHT" };
        using var viewer = new DicomWebViewer(_engine);
        await viewer.StoreAsync(image.File());
        var path = $"studies/{image.Study}/metadata";
        var first = await viewer.GetAsync(path, "application/dicom+json");
        var again = await viewer.GetAsync(path, "application/dicom+json");
        await _his.PlaceAsync((order with { PatientId = "CO-8X" }).Event("A40", "MRG|CO-8^^^MERCY^MR\r"));

        var merged = Assert.Single(await viewer.SearchAsync(path));
        await viewer.StoreAsync((image with { Instance = image.Series + ".2" }).File());
        var both = await viewer.SearchAsync(path);

        Assert.Equal(first.Body, again.Body);
        Assert.Equal("CO-8X", merged.GetString(Tags.PatientId));
        Assert.Equal(2, both.Count);
    }

    [Fact]
    public async Task The_accession_number_of_the_order_goes_out_with_the_one_that_was_typed()
    {
        var order = new OrderText("CO02", "CO-2", "CORRECT^TWO");
        await _his.PlaceAsync(order);
        var image = new SentImage(order.StudyUid, "CO-2") { Accession = "C002", Name = "CORRECT^TWO" };
        using var viewer = new DicomWebViewer(_engine);
        await viewer.StoreAsync(image.File());

        var header = Part10.Read((await viewer.GetAsync(image.Path, DicomWebViewer.AnyFile)).Body).DataSet;

        Assert.Equal("CO02", header.GetString(Tags.AccessionNumber));
        Assert.Equal("C002", OriginalOf(header).GetString(Tags.AccessionNumber));
    }

    [Fact]
    public async Task A_corrected_file_has_its_own_tag_length_and_ranges()
    {
        var order = new OrderText("CO03", "CO-3", "CORRECT^THREE");
        await _his.PlaceAsync(order);
        var image = new SentImage(order.StudyUid, "CO-3") { Accession = "CO03", Name = "CORRECT^THREE" };
        using var viewer = new DicomWebViewer(_engine);
        await viewer.StoreAsync(image.File());
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_engine.HttpPort}/dicomweb/") };
        using var before = await GetAsync(http, image.Path);
        using var beforeMetadata = await GetAsync(http, image.Path + "/metadata", accept: "application/dicom+json");
        using var known = await GetAsync(http, image.Path, tag: before.Headers.ETag);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotModified), (before.StatusCode, known.StatusCode));

        await _his.PlaceAsync((order with { PatientId = "CO-3X", Name = "CORRECTED^THREE" }).Event("A40", "MRG|CO-3^^^MERCY^MR\r"));

        using var after = await GetAsync(http, image.Path, tag: before.Headers.ETag);
        using var afterMetadata = await GetAsync(http, image.Path + "/metadata", tag: beforeMetadata.Headers.ETag, accept: "application/dicom+json");
        using var again = await GetAsync(http, image.Path, tag: after.Headers.ETag);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotModified), (after.StatusCode, afterMetadata.StatusCode, again.StatusCode));
        var whole = await after.Content.ReadAsByteArrayAsync(Token);
        Assert.Equal(whole.Length, after.Content.Headers.ContentLength);
        Assert.True(whole.Length > image.File().Length);
        foreach (var (from, to) in new[] { (0, 99), (100, 700), (300, whole.Length - 10), (whole.Length - 300, whole.Length - 1), (0, whole.Length - 1) })
        {
            using var part = await GetAsync(http, image.Path, range: new RangeHeaderValue(from, to));
            Assert.Equal((HttpStatusCode.PartialContent, whole.Length), (part.StatusCode, (int)part.Content.Headers.ContentRange!.Length!));
            Assert.Equal(Convert.ToHexString(whole[from..(to + 1)]), Convert.ToHexString(await part.Content.ReadAsByteArrayAsync(Token)));
        }
    }

    [Fact]
    public async Task Compressed_and_deflated_instances_are_corrected_too_and_keep_their_pixels()
    {
        const string patient = "CO4R";
        var sample = SampleFile.Copy(SampleFile.PathOf("mr-rle"), "corrected").WithPatient(patient);
        var deflated = StudyFiles.Create(StudyFiles.Uid(), StudyFiles.Uid(), TransferSyntax.DeflatedExplicitVrLittleEndian, patient: "CO-4");
        var implicitOne = StudyFiles.Create(StudyFiles.Uid(), StudyFiles.Uid(), TransferSyntax.ImplicitVrLittleEndian, patient: "CO-4");
        using var viewer = new DicomWebViewer(_engine);
        await _his.PlaceAsync(
            new OrderText("CO04", patient, "CORRECT^FOUR").Event("A04"), new OrderText("CO04", "CO-4", "CORRECT^FOUR").Event("A04"));
        Assert.Equal(HttpStatusCode.OK, (await viewer.StoreAsync(sample.Bytes, deflated, implicitOne)).Status);
        await _his.PlaceAsync(
            new OrderText("CO04", "CO-4X", "CORRECT^FOUR").Event("A40", $"MRG|{patient}^^^MERCY^MR\r"),
            new OrderText("CO04", "CO-4X", "CORRECT^FOUR").Event("A40", "MRG|CO-4^^^MERCY^MR\r"));

        var rle = Part10.Read((await viewer.GetAsync(sample.Path!, DicomWebViewer.AnyFile)).Body);
        var decoded = Part10.Read((await viewer.GetAsync(sample.Path!, "application/dicom; transfer-syntax=1.2.840.10008.1.2.1")).Body);
        var inflated = Part10.Read((await viewer.GetAsync(PathOf(deflated), DicomWebViewer.AnyFile)).Body);
        var explicitOne = Part10.Read((await viewer.GetAsync(PathOf(implicitOne), DicomWebViewer.AnyFile)).Body);

        Assert.All(new[] { rle, decoded, inflated, explicitOne }, static file => Assert.Equal(("CO-4X", null), (file.DataSet.GetString(Tags.PatientId), file.Error)));
        Assert.Equal(sample.Read().TransferSyntax, rle.TransferSyntax);
        Assert.Equal(BytesOf(sample.Read().DataSet), BytesOf(rle.DataSet));
        Assert.Equal(BytesOf(StudyFiles.Read(StudyFiles.Sample("mr-explicit-le"))), BytesOf(decoded.DataSet));
        Assert.Equal(BytesOf(StudyFiles.Read(deflated)), BytesOf(inflated.DataSet));
        Assert.Equal(BytesOf(StudyFiles.Read(implicitOne)), BytesOf(explicitOne.DataSet));
    }

    [Fact]
    public async Task What_a_person_decides_about_a_study_goes_out_with_its_instances()
    {
        await _his.PlaceAsync(new OrderText("CO05", "CO-5", "CORRECT^FIVE"), new OrderText("CO06", "CO-6", "CORRECT^SIX"), new OrderText("CO07", "CO-7", "CORRECT^SEVEN"));
        var wrong = new SentImage(StudyFiles.Uid(), "CO-6") { Accession = "CO05", Name = "CORRECT^SIX" };
        var own = new SentImage(StudyFiles.Uid(), "CO-6") { Name = "CORRECT^SIX" };
        var alien = own with { PatientId = "CO-7", Name = "CORRECT^SEVEN", Instance = own.Series + ".2" };
        using var viewer = new DicomWebViewer(_engine);
        await viewer.StoreAsync(wrong.File(), own.File(), alien.File());
        var desk = new OperatorDesk(_engine);

        await desk.DoAsync("studies", "accept", wrong.Study, "--accession", "CO05", "--reason", "wrong patient at the console");
        await desk.DoAsync("studies", "split", own.Study, "--reason", "two patients under one UID");

        var linked = Part10.Read((await viewer.GetAsync(wrong.Path, DicomWebViewer.AnyFile)).Body).DataSet;
        Assert.Equal(("CO-5", "CORRECT^FIVE"), (linked.GetString(Tags.PatientId), linked.GetString(Tags.PatientName)));
        Assert.Equal("CO-6", OriginalOf(linked).GetString(Tags.PatientId));
        Assert.Equal(own.File(), (await viewer.GetAsync(own.Path, DicomWebViewer.AnyFile)).Body);
        var row = Assert.Single(await viewer.SearchAsync($"instances?SOPInstanceUID={alien.Instance}"));
        var (study, series) = (row.GetString(Tags.StudyInstanceUid), row.GetString(Tags.SeriesInstanceUid));
        var moved = Part10.Read((await viewer.GetAsync($"studies/{study}/series/{series}/instances/{alien.Instance}", DicomWebViewer.AnyFile)).Body).DataSet;
        Assert.NotEqual(own.Study, study);
        Assert.Equal((study, series, "CO-7"), (moved.GetString(Tags.StudyInstanceUid), moved.GetString(Tags.SeriesInstanceUid), moved.GetString(Tags.PatientId)));
        Assert.Equal((own.Study, own.Series), (OriginalOf(moved).GetString(Tags.StudyInstanceUid), OriginalOf(moved).GetString(Tags.SeriesInstanceUid)));
    }

    private static void CheckMerged(DataSet header)
    {
        Assert.Equal(("CO-1X", "MERCY", "CO01"), (header.GetString(Tags.PatientId), header.GetString(Tags.IssuerOfPatientId), header.GetString(Tags.AccessionNumber)));
        Assert.Equal("CO-1", OriginalOf(header).GetString(Tags.PatientId));
    }

    private static DataSet OriginalOf(DataSet header) =>
        Assert.Single(Assert.Single(header.GetItems(Tags.OriginalAttributesSequence)).GetItems(Tags.ModifiedAttributesSequence));

    private static void AssertSameBut(DataSet before, DataSet after, params Tag[] changed)
    {
        static string Text(DataSet dataSet, Tag[] changed)
        {
            var copy = dataSet.Copy();
            foreach (var tag in changed) copy.Remove(tag);
            return Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(copy));
        }

        Assert.Equal(Text(before, changed), Text(after, changed));
    }

    private static string PathOf(byte[] file)
    {
        var header = StudyFiles.Read(file);
        return $"studies/{header.GetString(Tags.StudyInstanceUid)}/series/{header.GetString(Tags.SeriesInstanceUid)}/instances/{header.GetString(Tags.SopInstanceUid)}";
    }

    private static byte[] BytesOf(DataSet dataSet)
    {
        Assert.True(dataSet.TryGet(Tags.PixelData, out var pixels));
        return pixels.Bytes.ToArray();
    }

    private static async Task<HttpResponseMessage> GetAsync(
        HttpClient http, string path, EntityTagHeaderValue? tag = null, RangeHeaderValue? range = null, string accept = DicomWebViewer.AnyFile)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.Range = range;
        if (tag is not null) request.Headers.IfNoneMatch.Add(tag);
        return await http.SendAsync(request, Token);
    }
}
