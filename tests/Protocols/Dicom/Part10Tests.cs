using System.Buffers;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom;

public class Part10Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.2.840.10008.1.2")]
    [InlineData("1.2.840.10008.1.2.1")]
    [InlineData("1.2.840.10008.1.2.2")]
    [InlineData("1.2.840.10008.1.2.1.99")]
    public async Task A_file_reads_back_from_memory_and_from_a_stream(string uid)
    {
        var bytes = File(TransferSyntax.FromUid(uid)!, pixelBytes: 0);

        var whole = Part10.Read(bytes);
        var streamed = await Part10.ReadAsync(new TrickleStream(bytes.ToArray()), null, 1 << 20, Token);

        Assert.Null(whole.Error);
        Assert.Null(streamed.Error);
        Assert.Equal(uid, whole.TransferSyntax.Uid);
        Assert.Equal("1.2.3.4", whole.Meta.GetString(Tags.MediaStorageSopInstanceUid));
        Assert.Equal(DataSetText.Describe(DataSetReaderTests.WorklistEntry()), DataSetText.Describe(whole.DataSet));
        Assert.Equal(DataSetText.Describe(whole.DataSet), DataSetText.Describe(streamed.DataSet));
    }

    [Fact]
    public async Task A_stream_is_read_no_further_than_the_pixel_data_needs()
    {
        var stream = new TrickleStream(File(TransferSyntax.ExplicitVrLittleEndian, pixelBytes: 5_000_000).ToArray());

        var file = await Part10.ReadAsync(stream, null, 1 << 20, Token);

        Assert.Null(file.Error);
        Assert.Equal("RP1", file.DataSet.GetString(Tags.RequestedProcedureId));
        Assert.False(file.DataSet.Contains(Tags.PixelData));
        Assert.True(stream.BytesRead <= 64 * 1024);
    }

    [Fact]
    public async Task A_header_larger_than_the_limit_is_an_error()
    {
        var bytes = File(TransferSyntax.ExplicitVrLittleEndian, pixelBytes: 0, privateBytes: 200_000).ToArray();

        var refused = await Part10.ReadAsync(new MemoryStream(bytes), null, 100_000, Token);
        var read = await Part10.ReadAsync(new MemoryStream(bytes), null, 300_000, Token);

        Assert.Contains("100000 bytes", refused.Error, StringComparison.Ordinal);
        Assert.Null(read.Error);
    }

    [Fact]
    public void A_file_without_preamble_or_meta_information_is_read_by_its_first_element()
    {
        var whole = File(TransferSyntax.ExplicitVrLittleEndian, pixelBytes: 0);
        var entry = DataSetText.Describe(DataSetReaderTests.WorklistEntry());

        var withoutPreamble = Part10.Read(whole[132..]);
        var bare = Part10.Read(whole[withoutPreamble.DataSetOffset..][132..]);

        Assert.Equal(entry, DataSetText.Describe(withoutPreamble.DataSet));
        Assert.Equal(entry, DataSetText.Describe(bare.DataSet));
        foreach (var syntax in (TransferSyntax[])[TransferSyntax.ImplicitVrLittleEndian, TransferSyntax.ExplicitVrBigEndian])
        {
            var bytes = new ArrayBufferWriter<byte>();
            DataSetWriter.Write(DataSetReaderTests.WorklistEntry(), syntax, bytes, SpecificCharacterSet.Utf8);
            var guessed = Part10.Read(bytes.WrittenMemory);
            Assert.Equal(syntax, guessed.TransferSyntax);
            Assert.Equal(entry, DataSetText.Describe(guessed.DataSet));
        }
    }

    [Fact]
    public void A_file_that_is_not_written_in_the_syntax_it_names_is_read_all_the_same()
    {
        var bytes = new ArrayBufferWriter<byte>();
        var warnings = new List<string>();
        Part10.WriteHeader(Part10.CreateMeta("1.2", "1.2.3.4", TransferSyntax.ExplicitVrLittleEndian), bytes);
        DataSetWriter.Write(DataSetReaderTests.WorklistEntry(), TransferSyntax.ImplicitVrLittleEndian, bytes, SpecificCharacterSet.Utf8);

        var file = Part10.Read(bytes.WrittenMemory, new DataSetReaderOptions { Warn = warnings.Add });

        Assert.Equal(TransferSyntax.ImplicitVrLittleEndian, file.TransferSyntax);
        Assert.Equal("MRN0042", file.DataSet.GetString(Tags.PatientId));
        Assert.Single(warnings);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PK\u0003\u0004 a zip file is not a DICOM file")]
    [InlineData("<html><body>not found</body></html>")]
    [InlineData("MSH|^~\\&|HIS|")]
    public void What_is_not_a_dicom_file_is_refused(string text) =>
        Assert.NotNull(Part10.Read(System.Text.Encoding.Latin1.GetBytes(text)).Error);

    [Fact]
    public void Compressed_pixel_data_keep_their_fragments()
    {
        var syntax = TransferSyntax.FromUid("1.2.840.10008.1.2.4.70")!;
        var fragments = DataSetReaderTests.Hex("FEFF00E0 00000000 FEFF00E0 04000000 FFD8FFD9");
        var bytes = new ArrayBufferWriter<byte>();

        Part10.Write(Part10.CreateMeta("1.2", "1.2.3.4", syntax), new DataSet().Set(Tags.PatientId, "A").Add(DataElement.CreateBinary(Tags.PixelData, VR.OB, fragments, true)), bytes, SpecificCharacterSet.Default);
        var file = Part10.Read(bytes.WrittenMemory);

        Assert.Null(file.Error);
        Assert.True(file.TransferSyntax.IsEncapsulated);
        Assert.True(file.DataSet.TryGet(Tags.PixelData, out var pixels) && pixels.IsEncapsulated);
        Assert.Equal(fragments.ToArray(), pixels.Bytes.ToArray());
    }

    private static ReadOnlyMemory<byte> File(TransferSyntax syntax, int pixelBytes, int privateBytes = 0)
    {
        var dataSet = DataSetReaderTests.WorklistEntry();
        if (pixelBytes > 0) dataSet.SetBytes(Tags.PixelData, VR.OW, new byte[pixelBytes]);
        if (privateBytes > 0) dataSet.SetBytes(new Tag(0x0009, 0x1001), VR.OB, new byte[privateBytes]);
        var bytes = new ArrayBufferWriter<byte>();
        Part10.Write(Part10.CreateMeta("1.2.840.10008.5.1.4.1.1.7", "1.2.3.4", syntax, "CT1"), dataSet, bytes, SpecificCharacterSet.Utf8);
        return bytes.WrittenMemory;
    }

    /// <summary>Gives a few bytes at a time, as sockets do, and cannot seek.</summary>
    private sealed class TrickleStream(byte[] bytes) : MemoryStream(bytes)
    {
        public int BytesRead { get; private set; }

        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await base.ReadAsync(buffer[..Math.Min(buffer.Length, 777)], cancellationToken);
            BytesRead += count;
            return count;
        }
    }
}
