using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>What metadata give by its address is there, whole and in part; metadata are the same as JSON and as XML.</summary>
public sealed partial class BulkDataTests(StudyEngine shared)
{
    private static readonly Tag Document = new(0x0042, 0x0011);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_address_in_the_metadata_of_the_samples_gives_the_value_that_was_stored()
    {
        using var viewer = new DicomWebViewer(await shared.GetAsync());
        var values = 0;
        foreach (var sample in SampleFile.Paths.Select(static path => SampleFile.Copy(path, "bulk")))
        {
            if (sample.Path is null || (await viewer.StoreAsync(sample.Bytes)).Status != HttpStatusCode.OK) continue;
            var file = sample.Read();
            var metadata = JsonNode.Parse((await viewer.GetAsync(sample.Path + "/metadata", "application/dicom+json")).Body)![0]!;
            foreach (var (path, address) in AddressesIn(metadata.AsObject(), ""))
            {
                Assert.EndsWith($"{sample.Path}/bulkdata/{path}", address, StringComparison.Ordinal);
                var expected = ValueIn(file.DataSet, path);
                if (expected.IsEncapsulated)
                {
                    await CheckFramesAsync(viewer, sample.Path, address);
                    continue;
                }

                var (status, type, body) = await viewer.GetAsync(address, "application/octet-stream");
                Assert.True((status, type) == (HttpStatusCode.OK, "application/octet-stream"), $"{sample.Name} {path}: {status} {type}");
                // Big endian words are turned round on the way, and back when they are read.
                if (!file.TransferSyntax.IsBigEndian) Assert.True(expected.Bytes.Span.SequenceEqual(body), $"{sample.Name} {path}");
                var (_, partsType, parts) = await viewer.GetAsync(address, "multipart/related; type=\"application/octet-stream\"");
                Assert.Equal("multipart/related", partsType);
                Assert.Contains($"Content-Location: {address}", Encoding.Latin1.GetString(parts), StringComparison.Ordinal);
                Assert.True(body.Length == 0 || parts.AsSpan().IndexOf(body) > 0, $"{sample.Name} {path}");
                values++;
            }
        }

        Assert.True(values > 0);
        TestContext.Current.SendDiagnosticMessage($"{values} values by their address");
    }

    [Fact]
    public async Task A_part_of_a_value_is_given_and_what_is_not_there_is_told()
    {
        var engine = await shared.GetAsync();
        using var viewer = new DicomWebViewer(engine);
        var file = StudyFiles.Create(StudyFiles.Uid(), StudyFiles.Uid());
        await viewer.StoreAsync(file);
        Assert.True(StudyFiles.Read(file).TryGet(Tags.PixelData, out var pixels));
        var address = PathOf(file) + "/bulkdata/7FE00010";
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{engine.HttpPort}/dicomweb/") };

        using var part = await GetAsync(http, address, new RangeHeaderValue(1000, 1999));
        using var last = await GetAsync(http, address, new RangeHeaderValue(null, 10));
        using var behind = await GetAsync(http, address, new RangeHeaderValue(20_000, null));

        Assert.Equal((HttpStatusCode.PartialContent, "bytes 1000-1999/20000"), (part.StatusCode, part.Content.Headers.ContentRange!.ToString()));
        Assert.Equal(pixels.Bytes[1000..2000].ToArray(), await part.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(pixels.Bytes[^10..].ToArray(), await last.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, behind.StatusCode);
        foreach (var (tail, status) in new[] { ("00282000", HttpStatusCode.NotFound), ("00081140/1/00081155", HttpStatusCode.NotFound), ("PixelData", HttpStatusCode.BadRequest) })
            Assert.Equal(status, (await viewer.GetAsync($"{PathOf(file)}/bulkdata/{tail}", "*/*")).Status);
        Assert.Equal(HttpStatusCode.NotAcceptable, (await viewer.GetAsync(address, "image/jp2")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.GetAsync($"studies/1.2.3/series/1.2.3.4/instances/1.2.3.4.5/bulkdata/7FE00010", "*/*")).Status);
    }

    [Fact]
    public async Task A_document_has_its_own_type_and_values_in_sequences_their_path()
    {
        using var viewer = new DicomWebViewer(await shared.GetAsync());
        var pdf = Encoding.ASCII.GetBytes("%PDF-1.4 " + new string('x', 9_000));
        var table = Enumerable.Range(0, 300_000).Select(static i => (byte)i).ToArray();
        var (study, series, instance) = (StudyFiles.Uid(), StudyFiles.Uid(), StudyFiles.Uid());
        var document = new DataSet()
            .Set(Tags.SopClassUid, "1.2.840.10008.5.1.4.1.1.104.1").Set(Tags.SopInstanceUid, instance).Set(Tags.StudyInstanceUid, study).Set(Tags.SeriesInstanceUid, series)
            .Set(Tags.Modality, "DOC").Set(Tags.PatientId, "BD-1").Set(new Tag(0x0042, 0x0012), "application/pdf").SetBytes(Document, VR.OB, pdf)
            .SetSequence(new Tag(0x0028, 0x3010), new DataSet().SetBytes(new Tag(0x0028, 0x3006), VR.OW, table));
        var file = new System.Buffers.ArrayBufferWriter<byte>();
        Part10.Write(Part10.CreateMeta("1.2.840.10008.5.1.4.1.1.104.1", instance, TransferSyntax.ExplicitVrLittleEndian), document, file, SpecificCharacterSet.Default);
        Assert.Equal(HttpStatusCode.OK, (await viewer.StoreAsync(file.WrittenSpan.ToArray())).Status);
        var path = $"studies/{study}/series/{series}/instances/{instance}";

        // As OHIF asks for it.
        var (_, type, parts) = await viewer.GetAsync(
            path + "/bulkdata/00420011", "multipart/related; type=\"application/pdf\", multipart/related; type=\"application/octet-stream\"");
        var alone = await viewer.GetAsync(path + "/bulkdata/00420011", "application/pdf");
        var nested = await viewer.GetAsync(path + "/bulkdata/00283010/1/00283006", "application/octet-stream");

        Assert.Equal("multipart/related", type);
        Assert.Contains("Content-Type: application/pdf\r\n", Encoding.Latin1.GetString(parts), StringComparison.Ordinal);
        Assert.Equal(("application/pdf", Convert.ToHexString(pdf)), (alone.Type, Convert.ToHexString(alone.Body[..pdf.Length])));
        Assert.Equal(table, nested.Body);
    }

    [Fact]
    public async Task Metadata_are_the_same_as_XML_and_as_DCMTK_writes_them()
    {
        Tool.SkipWithout("dcm2xml");
        using var viewer = new DicomWebViewer(await shared.GetAsync());
        using var folder = new ScratchFolder();
        var compared = 0;
        foreach (var sample in SampleFile.Paths.Select(static path => SampleFile.Copy(path, "xml")))
        {
            if (sample.Path is null || (await viewer.StoreAsync(sample.Bytes)).Status != HttpStatusCode.OK) continue;
            var json = Assert.Single(await viewer.SearchAsync(sample.Path + "/metadata"));
            var (status, type, body) = await viewer.GetAsync(sample.Path + "/metadata", "multipart/related; type=\"application/dicom+xml\"");
            Assert.Equal((HttpStatusCode.OK, "multipart/related"), (status, type));
            var xml = body[(body.AsSpan().IndexOf("\r\n\r\n"u8) + 4)..body.AsSpan().LastIndexOf("\r\n--"u8)];
            Assert.True(DicomXml.TryRead(xml, out var read, out var error, static _ => ReadOnlyMemory<byte>.Empty), $"{sample.Name}: {error}");
            Assert.Equal(Text(json), Text(read));
            if (sample.Name is not ("mr-explicit-le.dcm" or "mr-rle.dcm")) continue;
            await File.WriteAllBytesAsync(folder["sample.dcm"], sample.Bytes, Token);
            var peer = await Tool.RunAsync("dcm2xml", "-nat", folder["sample.dcm"]);
            Assert.True(peer.ExitCode == 0, peer.Errors);
            // It names no place for pixels and padding.
            var output = WithoutPlace().Replace(peer.Output, "");
            Assert.True(DicomXml.TryRead(Encoding.UTF8.GetBytes(output), out var expected, out error, static _ => ReadOnlyMemory<byte>.Empty), error);
            Assert.Equal(Text(expected), Text(read));
            compared++;
        }

        Assert.Equal(2, compared);
    }

    [GeneratedRegex("<DicomAttribute tag=\"(7FE00010|FFFCFFFC)\".*?</DicomAttribute>", RegexOptions.Singleline)]
    private static partial Regex WithoutPlace();

    private static string Text(DataSet dataSet)
    {
        var copy = dataSet.Copy();
        foreach (var tag in (Tag[])[Tags.PixelData, new(0xFFFC, 0xFFFC)]) copy.Remove(tag);
        foreach (var element in dataSet) if (element.Tag.Group == 2) copy.Remove(element.Tag);
        return Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(copy));
    }

    private static async Task CheckFramesAsync(DicomWebViewer viewer, string path, string address)
    {
        var (status, type, all) = await viewer.GetAsync(address, "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*");
        Assert.Equal((HttpStatusCode.OK, "multipart/related"), (status, type));
        var (_, _, first) = await viewer.GetAsync(path + "/frames/1", "application/octet-stream; transfer-syntax=*");
        Assert.True(first.Length > 0 && all.AsSpan().IndexOf(first) > 0);
        Assert.Contains($"Content-Location: {address}", Encoding.Latin1.GetString(all), StringComparison.Ordinal);
    }

    private static IEnumerable<(string Path, string Address)> AddressesIn(JsonObject item, string before)
    {
        foreach (var (tag, attribute) in item)
        {
            if ((string?)attribute!["BulkDataURI"] is { } address) yield return (before + tag, address);
            if ((string?)attribute["vr"] != "SQ" || attribute["Value"] is not JsonArray items) continue;
            for (var i = 0; i < items.Count; i++)
                foreach (var inner in AddressesIn(items[i]!.AsObject(), $"{before}{tag}/{i + 1}/")) yield return inner;
        }
    }

    private static DataElement ValueIn(DataSet dataSet, string path)
    {
        Assert.True(ElementPath.TryParse(path, out var parsed));
        foreach (var (sequence, item) in parsed!.Steps) dataSet = dataSet.GetItems(sequence)[item - 1];
        Assert.True(dataSet.TryGet(parsed.Tag, out var element), path);
        return element;
    }

    private static string PathOf(byte[] file)
    {
        var header = StudyFiles.Read(file);
        return $"studies/{header.GetString(Tags.StudyInstanceUid)}/series/{header.GetString(Tags.SeriesInstanceUid)}/instances/{header.GetString(Tags.SopInstanceUid)}";
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient http, string path, RangeHeaderValue range)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", "application/octet-stream");
        request.Headers.Range = range;
        return await http.SendAsync(request, Token);
    }
}
