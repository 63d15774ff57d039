using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Instances;

/// <summary>What is done with a data set that was stored: another syntax, one value of it, its metadata.</summary>
public class StoredDataSetTests
{
    private static readonly TransferSyntax[] Syntaxes =
    [
        TransferSyntax.ImplicitVrLittleEndian, TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ExplicitVrBigEndian,
        TransferSyntax.DeflatedExplicitVrLittleEndian,
    ];

    [Fact]
    public void Random_data_sets_are_the_same_in_explicit_little_endian_and_as_metadata()
    {
        var random = new Random(5);
        for (var i = 0; i < 200; i++)
        {
            var syntax = Syntaxes[i % Syntaxes.Length];
            var bytes = new ArrayBufferWriter<byte>();
            DataSetWriter.Write(new DataSetSource(random, SpecificCharacterSet.Utf8).Next(), syntax, bytes, SpecificCharacterSet.Utf8);
            var read = DataSetReader.Read(bytes.WrittenMemory, syntax);

            var rewritten = DataSetReader.Read(Rewrite(bytes.WrittenSpan, syntax, Scanning.RandomPieces(i)), TransferSyntax.ExplicitVrLittleEndian);
            var metadata = Metadata(bytes.WrittenSpan, syntax, Scanning.RandomPieces(i), form: new MetadataForm { BulkDataUri = data => data.Path.ToString() });

            Assert.Equal(DataSetText.Describe(read, true), DataSetText.Describe(rewritten, true));
            Assert.True(DicomJson.TryRead(metadata, null, out var shown, out var error), error);
            Assert.Equal(DataSetText.Describe(read), DataSetText.Describe(shown[0]));
        }
    }

    [Fact]
    public void Values_that_implicit_syntax_alone_can_hold_become_unknown()
    {
        var wire = new Wire(isExplicitVr: false).Text(0x00080018, "", "1.2.3.4").Element(0x00091001, "", [1, 2])
            .Head(0x00091002, "", Wire.Undefined).Item().Element(0x00091003, "", [5]).ItemEnd().SequenceEnd()
            .Text(0x00204000, "", new string('x', 70_000)).Number(0x00280103, 1).Number(0x00280106, 0xFFFF)
            .Element(0x7FE00010, "", [1, 2, 3, 4]);

        var rewritten = DataSetReader.Read(Rewrite(wire.ToArray(), TransferSyntax.ImplicitVrLittleEndian), TransferSyntax.ExplicitVrLittleEndian);

        Assert.Equal([1, 2], Bytes(rewritten, new Tag(0x0009, 0x1001)));
        Assert.Equal([5, 0], Bytes(rewritten.GetItems(new Tag(0x0009, 0x1002))[0], new Tag(0x0009, 0x1003)));
        Assert.Equal(70_000, rewritten.GetString(Tags.ImageComments)!.Length); // UN of a known tag is read as what it is
        Assert.Equal("-1", rewritten.GetString(Tags.SmallestImagePixelValue));
        Assert.Equal([1, 2, 3, 4], Bytes(rewritten, Tags.PixelData));
    }

    [Fact]
    public async Task Big_endian_words_are_turned_round_on_their_way_from_stream_to_pipe()
    {
        var pixels = new byte[300_002];
        new Random(1).NextBytes(pixels);
        var bytes = new ArrayBufferWriter<byte>();
        DataSetWriter.Write(new DataSet().SetBytes(Tags.PixelData, VR.OW, pixels).Set(Tags.PatientId, "A"), TransferSyntax.ExplicitVrBigEndian, bytes, SpecificCharacterSet.Default);
        var pipe = new Pipe();
        using var rewriter = new DataSetRewriter(TransferSyntax.ExplicitVrBigEndian, TransferSyntax.ExplicitVrLittleEndian, pipe.Writer);

        var run = Task.Run(async () =>
        {
            var isWhole = await rewriter.RunAsync(new MemoryStream(bytes.WrittenMemory.ToArray()), pipe.Writer, TestContext.Current.CancellationToken);
            await pipe.Writer.CompleteAsync();
            return isWhole;
        }, TestContext.Current.CancellationToken);
        using var output = new MemoryStream();
        await pipe.Reader.CopyToAsync(output, TestContext.Current.CancellationToken);

        Assert.True(await run);
        Assert.Equal(pixels, Bytes(DataSetReader.Read(output.ToArray(), TransferSyntax.ExplicitVrLittleEndian), Tags.PixelData));
    }

    [Theory]
    [InlineData("00282000", "0102")]
    [InlineData("00081140/2/00081155", "312E33")]
    [InlineData("00081140/2/00400275/1/00401001", "5250")]
    [InlineData("00081140/3/00081155", null)]
    [InlineData("00081140/1/00401001", null)]
    [InlineData("00081155", null)]
    [InlineData("00401001", null)]
    [InlineData("7FE00010", "AABBCC")]
    public void One_value_is_taken_out_by_its_path(string text, string? expected)
    {
        var bytes = new Wire().Head(0x00081140, "SQ", Wire.Undefined)
            .Item().Text(0x00081155, "UI", "1.2\0").ItemEnd()
            .Item().Text(0x00081155, "UI", "1.3").Head(0x00400275, "SQ", 18).Item(10).Text(0x00401001, "SH", "RP").ItemEnd()
            .SequenceEnd().Element(0x00282000, "OB", [1, 2])
            .Head(0x7FE00010, "OB", Wire.Undefined).Fragment([9, 9, 9, 9]).Fragment([0xAA, 0xBB]).Fragment([0xCC]).SequenceEnd().ToArray();
        Assert.True(ElementPath.TryParse(text, out var path));
        Assert.Equal(text, path!.ToString());

        foreach (var pieces in (Func<int>?[])[null, () => 1])
        {
            var output = new ArrayBufferWriter<byte>();
            using var extractor = new ElementExtractor(TransferSyntax.ExplicitVrLittleEndian, path, output);
            Scanning.Feed(bytes, pieces, extractor.Feed);

            Assert.True(extractor.Finish(), extractor.Error);
            Assert.Equal(expected != null, extractor.IsFound);
            Assert.Equal(expected ?? "", Convert.ToHexString(output.WrittenSpan));
            if (extractor.Stored is { } stored) Assert.Equal(expected, Convert.ToHexString(bytes.AsSpan((int)stored.Offset, (int)stored.Length)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0028200")]
    [InlineData("00081140/00081155")]
    [InlineData("00081140/0/00081155")]
    [InlineData("00081140/-1/00081155")]
    [InlineData("00081140/1/")]
    [InlineData("../../etc")]
    public void What_is_no_path_is_refused(string text) => Assert.False(ElementPath.TryParse(text, out _));

    [Fact]
    public void Metadata_show_long_values_by_their_address()
    {
        var wire = new Wire()
            .Element(0x00080000, "UL", [0, 0, 0, 0]).Text(0x00080005, "CS", "ISO_IR 100").Text(0x00080018, "UI", "1.2.3\0")
            .Text(0x00090010, "LO", "ACME").Element(0x00091001, "UN", new byte[1025]).Element(0x00091002, "UN", [1, 2])
            .Text(0x00100010, "PN", "J\u00E9r\u00F4me").Head(0x00189445, "SQ", 0)
            .Element(0x00189073, "FD", [.. BitConverter.GetBytes(double.NaN), .. BitConverter.GetBytes(1.5)])
            .Text(0x00181030, "LO", "OUT OF ORDER").Element(0x00281201, "OW", new byte[4098]).Element(0x00282000, "OB", new byte[4098])
            .Text(0x00281050, "DS", "0.12345678901234567\\40")
            .Head(0x52009230, "SQ", Wire.Undefined).Item().Head(0x00289132, "SQ", Wire.Undefined).Item().Text(0x00281050, "DS", "40")
            .Element(0x00283006, "OW", new byte[300_000]).ItemEnd().SequenceEnd().ItemEnd().SequenceEnd()
            .Head(0x7FE00010, "OB", Wire.Undefined).Fragment([]).Fragment([1, 2]).SequenceEnd();
        var bytes = wire.ToArray();
        var scan = Scanning.Scan(bytes, TransferSyntax.ExplicitVrLittleEndian);
        var form = new MetadataForm { BulkDataUri = data => $"https://pacs/{data.Path}?{data.Length}", DeclaresUtf8 = scan.HasNonAsciiText };

        var whole = Metadata(bytes, TransferSyntax.ExplicitVrLittleEndian, null, form);
        var fromHeader = Metadata(bytes.AsSpan(0, (int)scan.HeaderLength), TransferSyntax.ExplicitVrLittleEndian, () => 1, form);

        Assert.Equal(Encoding.UTF8.GetString(whole), Encoding.UTF8.GetString(fromHeader));
        var table = Convert.ToBase64String(new byte[4098]);
        Assert.Equal($$$"""{"00080005":{"vr":"CS","Value":["ISO_IR 192"]},"00080018":{"vr":"UI","Value":["1.2.3"]},"00090010":{"vr":"LO","Value":["ACME"]},"00091001":{"vr":"UN","BulkDataURI":"https://pacs/00091001?1025"},"00091002":{"vr":"UN","InlineBinary":"AQI="},"00100010":{"vr":"PN","Value":[{"Alphabetic":"Jérôme"}]},"00189445":{"vr":"SQ"},"00281050":{"vr":"DS","Value":["0.12345678901234567",40]},"00281201":{"vr":"OW","InlineBinary":"{{{table}}}"},"00282000":{"vr":"OB","BulkDataURI":"https://pacs/00282000?4098"},"52009230":{"vr":"SQ","Value":[{"00289132":{"vr":"SQ","Value":[{"00281050":{"vr":"DS","Value":[40]},"00283006":{"vr":"OW","BulkDataURI":"https://pacs/52009230/1/00289132/1/00283006?300000"}}]}}]},"7FE00010":{"vr":"OB","BulkDataURI":"https://pacs/7FE00010?-1"}}""",
            Encoding.UTF8.GetString(whole));
    }

    [Fact]
    public void Metadata_without_private_elements_and_with_numbers_that_json_has_not()
    {
        var wire = new Wire().Text(0x00090010, "LO", "ACME").Head(0x00091002, "SQ", Wire.Undefined).Item().Text(0x00080060, "CS", "CT").ItemEnd().SequenceEnd()
            .Element(0x00189073, "FD", [.. BitConverter.GetBytes(double.NaN), .. BitConverter.GetBytes(1.5)])
            .Head(0x00400275, "SQ", Wire.Undefined).Item().Text(0x00090010, "LO", "ACME").ItemEnd().Item().ItemEnd().SequenceEnd();

        var json = Metadata(wire.ToArray(), TransferSyntax.ExplicitVrLittleEndian, null, new MetadataForm { BulkDataUri = _ => "", LeavesOutPrivate = true });

        Assert.Equal("""{"00189073":{"vr":"FD","Value":[null,1.5]},"00400275":{"vr":"SQ","Value":[{},{}]}}""", Encoding.UTF8.GetString(json));
    }

    [Fact]
    public void Of_five_thousand_frames_no_more_than_one_is_held()
    {
        var wire = new Wire();
        wire.Head(0x52009230, "SQ", Wire.Undefined);
        var item = new Wire().Item();
        for (var i = 0; i < 20; i++) item.Head(0x00209113u + (uint)i, "SQ", Wire.Undefined).Item().Text(0x00200032, "DS", "1.5\\2.5\\30").ItemEnd().SequenceEnd();
        var bytes = item.ItemEnd().ToArray();
        var output = new CountingWriter();
        var limits = new MetadataForm { BulkDataUri = _ => "" };
        using var writer = new MetadataWriter(TransferSyntax.ExplicitVrLittleEndian, output, limits);
        writer.Feed(wire.ToArray());

        for (var i = 0; i < 2500; i++) writer.Feed(bytes);
        var half = output.Count;
        for (var i = 0; i < 2500; i++) writer.Feed(bytes);
        writer.Feed(new Wire().SequenceEnd().ToArray());

        Assert.True(writer.Finish(), writer.Error);
        Assert.True(output.Count > 5_000_000);
        Assert.InRange(half, output.Count / 2 - 32 * 1024, output.Count / 2);
    }

    [Fact]
    public void A_stored_data_set_that_is_damaged_is_told()
    {
        var output = new ArrayBufferWriter<byte>();
        using var metadata = new MetadataWriter(TransferSyntax.ExplicitVrLittleEndian, output, new MetadataForm { BulkDataUri = _ => "" });
        metadata.Feed(new Wire().Text(0x00080018, "UI", "1.2.3.45").Head(0x00100010, "PN", 10).ToArray());

        Assert.False(metadata.Finish());
        Assert.Contains("ends inside 00100010", metadata.Error, StringComparison.Ordinal);
        Assert.Equal(0, output.WrittenCount);
    }

    internal static byte[] Rewrite(ReadOnlySpan<byte> bytes, TransferSyntax syntax, Func<int>? pieces = null)
    {
        var output = new ArrayBufferWriter<byte>();
        using var rewriter = new DataSetRewriter(syntax, TransferSyntax.ExplicitVrLittleEndian, output);
        Scanning.Feed(bytes, pieces, rewriter.Feed);
        Assert.True(rewriter.Finish(), rewriter.Error);
        return output.WrittenSpan.ToArray();
    }

    internal static byte[] Metadata(ReadOnlySpan<byte> bytes, TransferSyntax syntax, Func<int>? pieces, MetadataForm form)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new MetadataWriter(syntax, output, form);
        Scanning.Feed(bytes, pieces, writer.Feed);
        Assert.True(writer.Finish(), writer.Error);
        using var document = JsonDocument.Parse(output.WrittenMemory, new JsonDocumentOptions { MaxDepth = 256 });
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Bytes(DataSet dataSet, Tag tag)
    {
        Assert.True(dataSet.TryGet(tag, out var element));
        return element.Bytes.ToArray();
    }

    private sealed class CountingWriter : IBufferWriter<byte>
    {
        private byte[] _bytes = new byte[64 * 1024];

        public long Count { get; private set; }

        public void Advance(int count) => Count += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => Bytes(sizeHint);

        public Span<byte> GetSpan(int sizeHint = 0) => Bytes(sizeHint);

        private byte[] Bytes(int size) => size <= _bytes.Length ? _bytes : _bytes = new byte[size];
    }
}
