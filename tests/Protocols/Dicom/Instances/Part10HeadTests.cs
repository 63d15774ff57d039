using System.Buffers;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Instances;

public class Part10HeadTests
{
    private static readonly byte[] DataSet = new Wire().Text(0x00080016, "UI", "1.2\0").Text(0x00080018, "UI", "1.2.3.45").Text(0x00100020, "LO", "MRN1").ToArray();

    [Fact]
    public void The_head_that_is_written_is_read_and_its_group_length_is_exact()
    {
        var output = new ArrayBufferWriter<byte>();
        Part10.WriteHeader(Part10.CreateMeta("1.2.840.10008.5.1.4.1.1.2", "1.2.3.45", TransferSyntax.ExplicitVrLittleEndian, "CT1"), output);
        var length = BitConverter.ToUInt32(output.WrittenSpan[140..]);

        var head = Read([.. output.WrittenSpan, .. DataSet], out var dataSet);

        Assert.Equal(output.WrittenCount - 144, (int)length);
        Assert.Equal(output.WrittenCount, head.DataSetOffset);
        Assert.Equal(DataSet, dataSet);
        Assert.Equal(TransferSyntax.ExplicitVrLittleEndian, head.TransferSyntax);
        Assert.Equal(("CT1", Implementation.ClassUid, Implementation.VersionName, "1.2.3.45"), (
            head.Meta.GetString(Tags.SourceApplicationEntityTitle), head.Meta.GetString(Tags.ImplementationClassUid),
            head.Meta.GetString(Tags.ImplementationVersionName), head.Meta.GetString(Tags.MediaStorageSopInstanceUid)));
    }

    [Theory]
    [InlineData("whole")]
    [InlineData("no preamble")]
    [InlineData("wrong group length")]
    [InlineData("no group length")]
    public void A_head_with_something_wrong_is_read_anyway(string what)
    {
        var output = new ArrayBufferWriter<byte>();
        Part10.WriteHeader(Part10.CreateMeta("1.2", "1.2.3.45", TransferSyntax.ExplicitVrLittleEndian), output);
        var bytes = output.WrittenSpan.ToArray();
        bytes = what switch
        {
            "no preamble" => bytes[132..],
            "wrong group length" => [.. bytes[..140], 7, 0, 0, 0, .. bytes[144..]],
            "no group length" => [.. bytes[..132], .. bytes[144..]],
            _ => bytes,
        };

        var head = Read([.. bytes, .. DataSet], out var dataSet);

        Assert.Null(head.Error);
        Assert.Equal(DataSet, dataSet);
        Assert.Equal("1.2.3.45", head.Meta.GetString(Tags.MediaStorageSopInstanceUid));
    }

    [Fact]
    public void A_bare_data_set_tells_how_it_is_written()
    {
        var implicitVr = new Wire(isExplicitVr: false).Text(0x00080018, "", "1.2.3.45").Text(0x00100020, "", "MRN1").ToArray();
        var bigEndian = new ArrayBufferWriter<byte>();
        DataSetWriter.Write(new DataSet().Set(Tags.SopInstanceUid, "1.2.3.45"), TransferSyntax.ExplicitVrBigEndian, bigEndian, SpecificCharacterSet.Default);

        Assert.Equal(TransferSyntax.ExplicitVrLittleEndian, Read(DataSet, out _).TransferSyntax);
        Assert.Equal(TransferSyntax.ImplicitVrLittleEndian, Read(implicitVr, out var dataSet).TransferSyntax);
        Assert.Equal(TransferSyntax.ExplicitVrBigEndian, Read(bigEndian.WrittenSpan.ToArray(), out _).TransferSyntax);
        Assert.Equal(implicitVr, dataSet);
    }

    [Fact]
    public void A_file_in_another_syntax_than_it_says_is_told()
    {
        var warnings = new List<string>();
        var output = new ArrayBufferWriter<byte>();
        Part10.WriteHeader(Part10.CreateMeta("1.2", "1.2.3.45", TransferSyntax.ImplicitVrLittleEndian), output);
        var head = new Part10Head(warnings.Add);

        head.Feed([.. output.WrittenSpan, .. DataSet], out _);

        Assert.Equal(TransferSyntax.ExplicitVrLittleEndian, head.TransferSyntax);
        Assert.Equal("The file says Implicit VR Little Endian but is written in Explicit VR Little Endian.", Assert.Single(warnings));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("PK\u0003\u0004 a zip file is not a DICOM file")]
    [InlineData("<html><body>not found</body></html>")]
    public void What_is_not_a_dicom_file_is_refused(string text) => Assert.NotNull(Read(System.Text.Encoding.Latin1.GetBytes(text), out _).Error);

    [Fact]
    public void A_head_that_does_not_end_is_refused()
    {
        byte[] endless = [.. new byte[128], .. "DICM"u8, .. new Wire().Element(0x00020001, "OB", [0, 1]).Head(0x00020102, "OB", 0x7FFFFFFF).ToArray(), .. new byte[1000]];

        Assert.Contains("larger than", Read(endless, out _).Error, StringComparison.Ordinal);
    }

    /// <summary>Reads in one piece, byte by byte and in pieces between, which must give the same.</summary>
    private static Part10Head Read(byte[] bytes, out byte[] dataSet)
    {
        var whole = Read(bytes, bytes.Length, out dataSet);
        foreach (var piece in (int[])[1, 7, 150])
        {
            var other = Read(bytes, piece, out var otherDataSet);
            Assert.Equal((whole.Error, whole.TransferSyntax.Uid, whole.DataSetOffset), (other.Error, other.TransferSyntax.Uid, other.DataSetOffset));
            Assert.Equal(dataSet, otherDataSet);
            Assert.True(whole.Meta.IsSameAs(other.Meta));
        }

        return whole;
    }

    private static Part10Head Read(byte[] bytes, int pieceBytes, out byte[] dataSet)
    {
        var head = new Part10Head();
        var given = new List<byte>();
        Scanning.Feed(bytes, () => pieceBytes, piece =>
        {
            if (head.Feed(piece, out var part)) given.AddRange(part);
        });
        head.Finish(out var rest);
        given.AddRange(rest);
        dataSet = [.. given];
        return head;
    }
}
