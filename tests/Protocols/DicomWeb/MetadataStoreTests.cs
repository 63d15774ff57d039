using CloudPacs.Dicom;
using CloudPacs.DicomWeb.Multipart;
using CloudPacs.DicomWeb.Storing;
using Xunit;

namespace CloudPacs.Protocols.Tests.DicomWeb;

/// <summary>Store requests whose instances come as metadata and bulk data (PS3.18 10.5.1.2).</summary>
public sealed class MetadataStoreTests
{
    private const string Head = "Content-Type: application/dicom+json\r\n\r\n";

    [Fact]
    public async Task Compressed_pixel_data_come_in_a_part_of_their_own()
    {
        var (store, _) = await ReadAsync(
            Head + """[{"00080018":{"vr":"UI","Value":["1.2"]},"7FE00010":{"vr":"OB","BulkDataURI":"http://x/a"}},{"00080018":{"vr":"UI","Value":["1.3"]}}]""",
            "Content-Location: http://x/a\r\nContent-Type: image/jp2; transfer-syntax=1.2.840.10008.1.2.4.91\r\n\r\nabc");

        var (first, second) = store.Instances().ToList() is [var one, var two] ? (one, two) : throw new InvalidOperationException("Two were expected.");

        Assert.Equal(("1.2", "1.2.840.10008.1.2.4.91", null), (first.DataSet!.GetString(Tags.SopInstanceUid), first.TransferSyntax, first.Failure));
        Assert.True(first.DataSet.TryGet(Tags.PixelData, out var pixels) && pixels.IsEncapsulated);
        Assert.Equal("FEFF00E000000000FEFF00E00400000061626300", Convert.ToHexString(pixels.Bytes.Span));
        Assert.Equal(("1.3", TransferSyntax.ExplicitVrLittleEndian.Uid), (second.DataSet!.GetString(Tags.SopInstanceUid), second.TransferSyntax));
    }

    [Theory]
    [InlineData("image/jpeg", "1.2.840.10008.1.2.4.70", null)]
    [InlineData("image/x-dicom-rle", "1.2.840.10008.1.2.5", null)]
    [InlineData("application/octet-stream", "1.2.840.10008.1.2.1", null)]
    [InlineData("image/png", "", (int)StoreReasons.TransferSyntaxNotSupported)]
    [InlineData("image/jp2; transfer-syntax=1.2.3", "", (int)StoreReasons.TransferSyntaxNotSupported)]
    public async Task The_syntax_is_that_of_the_media_type(string type, string syntax, int? failure)
    {
        var (store, _) = await ReadAsync(
            Head + """[{"7FE00010":{"vr":"OB","BulkDataURI":"b1"}}]""", $"Content-Location: b1\r\nContent-Type: {type}\r\n\r\nabcd");

        var instance = Assert.Single(store.Instances());

        Assert.Equal((syntax, failure), (instance.TransferSyntax, instance.Failure));
    }

    [Fact]
    public async Task An_instance_without_its_bulk_data_harms_no_other()
    {
        var (store, _) = await ReadAsync(Head + """[{"7FE00010":{"vr":"OB","BulkDataURI":"b1"}},{"00080018":{"vr":"UI","Value":["1.3"]}},{"00080018":{"vr":"UI","Value":3}}]""");

        Assert.Equal([StoreReasons.BulkDataMissing, null, StoreReasons.CannotUnderstand], store.Instances().Select(static instance => instance.Failure));
        Assert.Equal("The bytes at the BulkDataURI of PixelData cannot be had.", store.Instances().First().Fault);
    }

    [Fact]
    public async Task XML_has_a_part_for_each_instance()
    {
        const string part = "Content-Type: application/dicom+xml\r\n\r\n<NativeDicomModel><DicomAttribute tag=\"00080018\" vr=\"UI\"><Value number=\"1\">1.2</Value></DicomAttribute></NativeDicomModel>";
        var (store, _) = await ReadAsync(StoreForm.Xml, 1 << 20, part, part.Replace("1.2", "1.3", StringComparison.Ordinal), "Content-Type: application/dicom+xml\r\n\r\n<");

        Assert.Equal(["1.2", "1.3", null], store.Instances().Select(static instance => instance.DataSet?.GetString(Tags.SopInstanceUid)));
    }

    [Fact]
    public async Task More_than_the_limit_is_not_kept()
    {
        var (store, _) = await ReadAsync(StoreForm.Json, 1_000, Head + "[{}]", "Content-Location: b1\r\n\r\n" + new string('x', 1_000));

        Assert.True(store.IsTooLarge);
    }

    [Fact]
    public async Task What_is_neither_is_counted()
    {
        var (store, reader) = await ReadAsync("Content-Type: text/plain\r\n\r\nx", Head + "{");

        Assert.Equal((1, MultipartFault.None), (store.Unsupported.Count, reader.Fault));
        Assert.Equal(StoreReasons.CannotUnderstand, Assert.Single(store.Instances()).Failure);
    }

    private static Task<(MetadataStore, PartReader)> ReadAsync(params string[] parts) => ReadAsync(StoreForm.Json, 1 << 20, parts);

    private static async Task<(MetadataStore, PartReader)> ReadAsync(StoreForm form, int maxBytes, params string[] parts)
    {
        var body = string.Concat(parts.Select(static part => $"--b\r\n{part}\r\n")) + "--b--";
        using var reader = new PartReader(PieceStream.Whole(ReadBody.Bytes(body)), "b");
        var store = new MetadataStore(form, maxBytes);
        await store.ReadAsync(reader, new(form, "b"), TestContext.Current.CancellationToken);
        return (store, reader);
    }
}
