using System.Buffers;
using System.Text;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom;

/// <summary>Text that was read in one character set and is written in another: copied where that is the same, never where it is not.</summary>
public sealed class RewritingTests
{
    [Theory]
    [InlineData("ISO_IR 192", "ISO_IR 192", "DOE^JOHN", "DOE^JOHN")]
    [InlineData("ISO_IR 192", "ISO_IR 100", "DOE^JOHN", "DOE^JOHN")]
    [InlineData("ISO_IR 192", "ISO_IR 100", "MÜLLER^JÖRG", "MÜLLER^JÖRG")]
    [InlineData("ISO_IR 192", "GB18030", "王^小东", "王^小东")]
    [InlineData("ISO_IR 100", @"\ISO 2022 IR 87", "DOE^JOHN", "DOE^JOHN")]
    [InlineData("ISO_IR 192", @"\ISO 2022 IR 87", "山田^太郎", "山田^太郎")]
    [InlineData(@"\ISO 2022 IR 87", "ISO_IR 192", "山田^太郎", "山田^太郎")]
    [InlineData(@"\ISO 2022 IR 149", "ISO_IR 192", "김^영희", "김^영희")]
    [InlineData("ISO_IR 192", "ISO_IR 13", "A~B", "A-B")]
    [InlineData("ISO_IR 13", "ISO_IR 192", "A‾B", "A‾B")]
    [InlineData("ISO_IR 192", "ISO_IR 13", "DOE^JOHN", "DOE^JOHN")]
    public void Text_keeps_its_meaning(string from, string to, string name, string expected)
    {
        var source = Write(new DataSet().Set(Tags.PatientName, name).SetSequence(Tags.ScheduledProcedureStepSequence, new DataSet().Set(Tags.ScheduledPerformingPhysicianName, name)), from);

        var rewritten = DataSetReader.Read(Write(DataSetReader.Read(source, TransferSyntax.ExplicitVrLittleEndian), to), TransferSyntax.ExplicitVrLittleEndian);

        Assert.Equal(expected, rewritten.GetString(Tags.PatientName));
        Assert.Equal(expected, rewritten.GetItems(Tags.ScheduledProcedureStepSequence)[0].GetString(Tags.ScheduledPerformingPhysicianName));
        Assert.Equal(to.Split('\\'), rewritten.GetStrings(Tags.SpecificCharacterSet));
    }

    [Theory]
    [InlineData("1.2.840.10008.1.2")]
    [InlineData("1.2.840.10008.1.2.1")]
    [InlineData("1.2.840.10008.1.2.2")]
    public void Padding_of_any_kind_becomes_that_of_the_standard(string syntax)
    {
        // Accession number "A1" with three NUL and a space, UID "1.2" with two spaces.
        byte[] source = [0x08, 0, 0x50, 0, (byte)'S', (byte)'H', 6, 0, (byte)'A', (byte)'1', 0, 0, 0, (byte)' ', 0x20, 0, 0x0D, 0, (byte)'U', (byte)'I', 5, 0, .. "1.2  "u8];
        var output = new ArrayBufferWriter<byte>();

        DataSetWriter.Write(DataSetReader.Read(source, TransferSyntax.ExplicitVrLittleEndian), TransferSyntax.FromUid(syntax)!, output, SpecificCharacterSet.Default);

        var text = Encoding.Latin1.GetString(output.WrittenSpan);
        Assert.EndsWith("1.2\0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("A1\0\0\0", text, StringComparison.Ordinal);
        var read = DataSetReader.Read(output.WrittenMemory, TransferSyntax.FromUid(syntax)!);
        Assert.Equal(("A1", "1.2"), (read.GetString(Tags.AccessionNumber), read.GetString(Tags.StudyInstanceUid)));
    }

    [Fact]
    public void An_escape_sequence_of_another_set_is_not_copied()
    {
        byte[] source = [0x10, 0, 0x10, 0, (byte)'P', (byte)'N', 8, 0, (byte)'A', 0x1B, (byte)'$', (byte)'B', (byte)';', (byte)'3', (byte)' ', (byte)' '];

        var written = Write(DataSetReader.Read(source, TransferSyntax.ExplicitVrLittleEndian), "ISO_IR 6");

        Assert.DoesNotContain((byte)0x1B, written);
    }

    private static byte[] Write(DataSet dataSet, string set)
    {
        var output = new ArrayBufferWriter<byte>();
        DataSetWriter.Write(dataSet, TransferSyntax.ExplicitVrLittleEndian, output, SpecificCharacterSet.Parse(set.Split('\\')));
        return output.WrittenSpan.ToArray();
    }
}
