using System.Net;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.EndToEnd.Tests.Studies;
using CloudPacs.Integration.Tests.Performed;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Performed;

/// <summary>Reports of performed steps that are nonsense, or more than usual: told clearly, and the engine goes on.</summary>
public sealed class BadReportTests(StudyEngine shared)
{
    private const string Root = "1.2.826.0.1.3680043.10.9.9.";
    private static int orders;

    [Theory]
    [InlineData("random")]
    [InlineData("zeros")]
    [InlineData("ones")]
    [InlineData("text")]
    [InlineData("nested")]
    [InlineData("cut")]
    public async Task A_megabyte_of_nonsense_changes_nothing(string kind)
    {
        var engine = await shared.GetAsync();
        await using var modality = await PerformedModality.ConnectAsync(engine, PerformedStations.Lenient);
        var (subject, uid) = await PlaceAsync(engine);
        Assert.Equal(DimseStatus.Success, (await modality.CreateAsync(uid, Report("create", subject))).Status);
        var before = await modality.RetrieveAsync(uid);
        using var raw = await RawScu.AssociateAsync(engine.DicomPort, Uids.ModalityPerformedProcedureStep);

        var first = await raw.SetAsync(uid, Nonsense(kind));
        var second = await raw.SetAsync(uid, Nonsense(kind));

        Assert.All([first, second], static status => Assert.True(status is { } code && DimseStatus.IsFailure(code), $"{status:X4}"));
        Assert.True(before!.IsSameAs((await modality.RetrieveAsync(uid))!));
        Assert.Equal(DimseStatus.Success, (await modality.SetAsync(uid, Report("complete", subject))).Status);
    }

    [Fact]
    public async Task A_wrong_representation_is_mended_and_told_or_refused_as_the_station_is_set()
    {
        var engine = await shared.GetAsync();
        await using var lenient = await PerformedModality.ConnectAsync(engine, PerformedStations.Lenient);
        await using var strict = await PerformedModality.ConnectAsync(engine, PerformedStations.Strict);
        var (subject, uid) = await PlaceAsync(engine);
        var (other, refused) = await PlaceAsync(engine, PerformedStations.Strict);
        DataSet Wrong(PerformedSubject of) => Report("create", of).Set(Tags.PatientName, VR.LO, of.Name).Set(Tags.StudyId, VR.US, "7");

        var taken = await lenient.CreateAsync(uid, Wrong(subject));
        var not = await strict.CreateAsync(refused, Wrong(other));

        Assert.Equal((DimseStatus.AttributeListError, "Some attributes have a wrong VR"), (taken.Status, taken.ErrorComment));
        Assert.Equal([Tags.PatientName, Tags.StudyId], taken.Attributes);
        Assert.Equal((DimseStatus.InvalidAttributeValue, "PatientName has VR LO and not PN"), (not.Status, not.ErrorComment));
        var stored = (await lenient.RetrieveAsync(uid))!;
        Assert.True(stored.TryGet(Tags.PatientName, out var name));
        Assert.Equal((VR.PN, subject.Name, false), (name.VR, name.Values[0], stored.Contains(Tags.StudyId)));
        Assert.True(await lenient.HasStateAsync(subject.Accession, "STARTED"));
    }

    [Theory]
    [InlineData("DIMSE")]
    [InlineData(DicomWebModality.Json)]
    [InlineData(DicomWebModality.Xml)]
    public async Task A_series_of_ten_thousand_images_is_kept(string door)
    {
        var engine = await shared.GetAsync();
        await using var modality = await PerformedModality.ConnectAsync(engine, PerformedStations.Strict);
        using var web = new DicomWebModality(engine);
        var (subject, uid) = await PlaceAsync(engine, PerformedStations.Strict);
        await web.CreateAsync(uid, Report("create", subject));
        var end = WithImages(Report("complete", subject), uid, 10_000);

        if (door == "DIMSE") Assert.Equal(DimseStatus.Success, (await modality.SetAsync(uid, end)).Status);
        else Assert.Equal(HttpStatusCode.OK, (await web.UpdateAsync(uid, end, door)).Status);

        foreach (var stored in (DataSet?[])[await modality.RetrieveAsync(uid), await web.RetrieveAsync(uid)])
        {
            var images = stored!.GetItems(Tags.PerformedSeriesSequence)[0].GetItems(Tags.ReferencedImageSequence);
            Assert.Equal((10_000, $"{uid}.9999"), (images.Count, images[^1].GetString(Tags.ReferencedSopInstanceUid)));
        }

        Assert.True(await modality.HasStateAsync(subject.Accession, "COMPLETED"));
    }

    [Fact]
    public async Task A_report_that_is_too_long_is_told_by_both_doors()
    {
        var engine = await shared.GetAsync();
        await using var modality = await PerformedModality.ConnectAsync(engine, PerformedStations.Lenient);
        using var web = new DicomWebModality(engine);
        var (subject, uid) = await PlaceAsync(engine);
        await web.CreateAsync(uid, Report("create", subject));
        var end = WithImages(Report("complete", subject), uid, 120_000);

        Assert.Equal(DimseStatus.OutOfResources, (await modality.SetAsync(uid, end)).Status);
        // A fault that nobody handles is told as problem details although only data sets are accepted.
        var refused = await web.UpdateAsync(uid, end);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "application/problem+json"), (refused.Status, refused.Type));
        Assert.Equal("IN PROGRESS", (await web.RetrieveAsync(uid))!.GetString(Tags.PerformedProcedureStepStatus));
        Assert.Equal(HttpStatusCode.OK, (await web.UpdateAsync(uid, Report("complete", subject))).Status);
    }

    [Theory]
    [InlineData("""{"00100010":{"vr":"LO","Value":["A"]}}""", "PatientName has VR LO and not PN.")]
    [InlineData("""{"00090001":{"vr":"OB","InlineBinary":"AAAA"}}""", "00090001 has a value that is not allowed.")]
    [InlineData("""{"00400252":{"vr":"SQ","Value":[{}]}}""", "PerformedProcedureStepStatus has VR SQ and not CS.")]
    [InlineData("""{"00400340":{"vr":"LO","Value":["A"]}}""", "PerformedSeriesSequence has VR LO and not SQ.")]
    [InlineData("""{"00400340":{"vr":"SQ","Value":[{"0020000E":{"vr":"US","Value":[7]}}]}}""", "SeriesInstanceUID has VR US and not UI.")]
    [InlineData("""{"00400252":{"vr":"XX","Value":["COMPLETED"]}}""", "PerformedProcedureStepStatus has an unknown vr.")]
    [InlineData("""{"00400252":{"vr":"CS","value":["COMPLETED"]}}""", "PerformedProcedureStepStatus has vr, Value, InlineBinary, BulkDataURI only, not value.")]
    [InlineData("""{"00400252":{"vr":"CS","Value":"COMPLETED"}}""", "Value of PerformedProcedureStepStatus must be an array.")]
    [InlineData("""{"00400252":{"vr":"CS","Value":[{}]}}""", "A value of PerformedProcedureStepStatus is of the wrong JSON type.")]
    [InlineData("""{"00400340":{"vr":"SQ","BulkDataURI":"http://127.0.0.1/x"}}""", "The bytes at the BulkDataURI of PerformedSeriesSequence cannot be had.")]
    [InlineData("""{"00400252":{"vr":"CS","Value":["COMPLETED"]},"00400252":{"vr":"CS"}}""", "The text is not JSON, or a member stands twice.")]
    [InlineData("""{"PerformedProcedureStepStatus":"COMPLETED"}""", "A member name is not a tag of eight hexadecimal digits.")]
    [InlineData("[]", "The body must hold one data set.")]
    [InlineData("[{},{}]", "The body must hold one data set.")]
    [InlineData("{", "The text is not JSON, or a member stands twice.")]
    [InlineData("", "The text is not JSON, or a member stands twice.")]
    public async Task A_body_that_cannot_be_read_is_told_with_its_attribute(string body, string text)
    {
        var engine = await shared.GetAsync();
        using var web = new DicomWebModality(engine);
        var (subject, uid) = await PlaceAsync(engine);
        await web.CreateAsync(uid, Report("create", subject));

        var answer = await web.PostAsync(uid + "?update", body);

        Assert.Equal((HttpStatusCode.BadRequest, text), (answer.Status, answer.Detail));
        Assert.Equal("IN PROGRESS", (await web.RetrieveAsync(uid))!.GetString(Tags.PerformedProcedureStepStatus));
    }

    [Theory]
    [InlineData("<NativeDicomModel><DicomAttribute tag=\"00400252\" vr=\"XX\"/></NativeDicomModel>", "PerformedProcedureStepStatus has an unknown vr.")]
    [InlineData("<NativeDicomModel><DicomAttribute tag=\"00100010\" vr=\"LO\"><Value number=\"1\">A</Value></DicomAttribute></NativeDicomModel>", "PatientName has VR LO and not PN.")]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"COMPLETED\">]><NativeDicomModel/>", "The text is not XML, or has a document type.")]
    [InlineData("<NativeDicomModel>", "The text is not XML, or has a document type.")]
    [InlineData("<Other/>", "The root element must be NativeDicomModel.")]
    public async Task An_XML_body_likewise(string body, string text)
    {
        var engine = await shared.GetAsync();
        using var web = new DicomWebModality(engine);
        var (subject, uid) = await PlaceAsync(engine);
        await web.CreateAsync(uid, Report("create", subject));

        var answer = await web.PostAsync(uid + "?update", body, DicomWebModality.Xml);

        Assert.Equal((HttpStatusCode.BadRequest, text), (answer.Status, answer.Detail));
    }

    [Fact]
    public async Task What_is_no_report_is_refused_with_its_reason()
    {
        var engine = await shared.GetAsync();
        using var web = new DicomWebModality(engine);
        var (subject, uid) = await PlaceAsync(engine);
        var create = DicomJson.ToUtf8Bytes(Report("create", subject));

        async Task RefusedAsync(HttpStatusCode status, string text, Task<WebAnswer> answer) => Assert.Equal((status, text), ((await answer).Status, (await answer).Detail));
        await RefusedAsync(HttpStatusCode.UnsupportedMediaType, "The body must be application/dicom+json or application/dicom+xml.", web.PostAsync(uid, create, "text/plain"));
        await RefusedAsync(HttpStatusCode.UnsupportedMediaType, "The body must be application/dicom+json or application/dicom+xml.", web.PostAsync(uid, create, null));
        await RefusedAsync(HttpStatusCode.UnsupportedMediaType, "The body must not be compressed.", web.PostAsync(uid, create, DicomWebModality.Json, ("Content-Encoding", "gzip")));
        await RefusedAsync(HttpStatusCode.Forbidden, "This is not for pages of another origin.", web.PostAsync(uid, create, DicomWebModality.Json, ("Origin", "http://elsewhere.test")));
        await RefusedAsync(HttpStatusCode.BadRequest, "The path does not end with a UID.", web.PostAsync("1.02.3", create, DicomWebModality.Json));
        await RefusedAsync(HttpStatusCode.BadRequest, "updat is no parameter.", web.PostAsync(uid + "?updat", create, DicomWebModality.Json));
        var longName = DicomJson.ToUtf8Bytes(Report("create", subject).Set(Tags.PerformedStationAeTitle, new string('A', 17)));
        await RefusedAsync(HttpStatusCode.BadRequest, "PerformedStationAETitle is longer than 16 characters.", web.PostAsync(uid, longName, DicomWebModality.Json));
        await RefusedAsync(HttpStatusCode.NotFound, "No performed procedure step has this UID.", web.GetAsync(uid));
        await RefusedAsync(HttpStatusCode.BadRequest, "The path does not end with a UID.", web.GetAsync("x"));
        await RefusedAsync(HttpStatusCode.NotAcceptable, "Accept application/dicom+json or application/dicom+xml.", web.GetAsync(uid, "image/png"));
        await RefusedAsync(HttpStatusCode.BadRequest, "The parts of the body cannot be told apart.", web.PostAsync(uid, create, "multipart/related; type=\"application/dicom+xml\"; boundary=abc"));
        Assert.Null(await web.RetrieveAsync(uid));
    }

    [Fact]
    public async Task XML_travels_as_a_part_and_comes_back_so()
    {
        var engine = await shared.GetAsync();
        using var web = new DicomWebModality(engine);
        var (subject, uid) = await PlaceAsync(engine);
        byte[] body =
        [
            .. "--abc\r\nContent-Type: application/dicom+xml\r\n\r\n"u8, .. DicomXml.ToUtf8Bytes(Report("create", subject)), .. "\r\n--abc--\r\n"u8,
        ];

        var created = await web.PostAsync(uid, body, "multipart/related; type=\"application/dicom+xml\"; boundary=abc");
        var got = await web.GetAsync(uid, "multipart/related; type=\"application/dicom+xml\"");

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.EndsWith("/dicomweb/modality-performed-procedure-steps/" + uid, created.Location, StringComparison.Ordinal);
        var xml = got.Text[got.Text.IndexOf("<?xml", StringComparison.Ordinal)..(got.Text.IndexOf("</NativeDicomModel>", StringComparison.Ordinal) + 19)];
        Assert.True(DicomXml.TryRead(Encoding.UTF8.GetBytes(xml), out var read, out var error), error);
        Assert.True(read.IsSameAs((await web.RetrieveAsync(uid))!));
        Assert.Equal("Röntgen 1", read.GetString(Tags.PerformedStationName));
    }

    private static async Task<(PerformedSubject Subject, string Uid)> PlaceAsync(TestedEngine engine, string station = PerformedStations.Lenient)
    {
        var number = Interlocked.Increment(ref orders);
        var order = new OrderText($"PB{number:000}", $"PBP{number:000}", "BAD^BEN");
        await using var his = new HisSender(engine.MllpPort);
        await his.PlaceAsync(order);
        return (PerformedModality.SubjectOf(order, station), Root + number);
    }

    private static DataSet Report(string text, PerformedSubject subject) => PerformedReportText.Of(text).DataSet(subject);

    private static DataSet WithImages(DataSet end, string uid, int count)
    {
        var series = end.GetItems(Tags.PerformedSeriesSequence)[0].Copy().SetSequence(Tags.ReferencedImageSequence, [.. Enumerable.Range(0, count).Select(number =>
            new DataSet().Set(Tags.ReferencedSopClassUid, "1.2.840.10008.5.1.4.1.1.2").Set(Tags.ReferencedSopInstanceUid, $"{uid}.{number}"))]);
        return end.SetSequence(Tags.PerformedSeriesSequence, series);
    }

    private static byte[] Nonsense(string kind)
    {
        var bytes = new byte[1 << 20];
        switch (kind)
        {
            case "random": new Random(7).NextBytes(bytes); break;
            case "ones": Array.Fill(bytes, (byte)0xFF); break;
            case "text": Array.Fill(bytes, (byte)'A'); break;
            case "nested":
                byte[] level = [0x40, 0, 0x40, 0x03, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF];
                for (var i = 0; i < bytes.Length; i++) bytes[i] = level[i % level.Length];
                break;
            case "cut": ((byte[])[0x40, 0, 0x80, 0x02, 0xFF, 0xFF, 0xFF, 0x7F]).CopyTo(bytes, 0); break;
        }

        return bytes;
    }
}
