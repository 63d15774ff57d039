using System.Buffers;
using System.Text;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom;

public class DataSetReaderTests
{
    public static TheoryData<string> Syntaxes => [.. All.Select(syntax => syntax.Uid)];

    private static TransferSyntax[] All =>
    [
        TransferSyntax.ImplicitVrLittleEndian, TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ExplicitVrBigEndian,
        TransferSyntax.DeflatedExplicitVrLittleEndian,
    ];

    [Theory]
    [MemberData(nameof(Syntaxes))]
    public void A_worklist_entry_reads_back_as_it_was_written(string uid)
    {
        var syntax = TransferSyntax.FromUid(uid)!;
        var entry = WorklistEntry();
        var bytes = new ArrayBufferWriter<byte>();

        var loss = DataSetWriter.Write(entry, syntax, bytes, SpecificCharacterSet.Utf8);
        var read = DataSetReader.Read(bytes.WrittenMemory, syntax);

        Assert.True(loss.IsNone);
        Assert.Equal(DataSetText.Describe(entry), DataSetText.Describe(read));
        Assert.Equal("ISO_IR 192", read.GetString(Tags.SpecificCharacterSet));
    }

    [Fact]
    public void Implicit_little_endian_bytes_are_those_of_the_standard()
    {
        var bytes = new ArrayBufferWriter<byte>();

        DataSetWriter.Write(new DataSet().Set(Tags.PatientId, "A1B"), TransferSyntax.ImplicitVrLittleEndian, bytes, SpecificCharacterSet.Default);

        Assert.Equal("10002000" + "04000000" + "41314220", Convert.ToHexString(bytes.WrittenSpan));
    }

    [Fact]
    public void Sequences_of_undefined_length_are_read_to_their_delimiters()
    {
        var bytes = Hex("40000001 5351 0000 FFFFFFFF  FEFF00E0 FFFFFFFF 08006000 4353 0200 4354 FEFF0DE0 00000000 FEFFDDE0 00000000 40000110 5348 0200 5231");

        var read = DataSetReader.Read(bytes, TransferSyntax.ExplicitVrLittleEndian);

        Assert.Equal("CT", Assert.Single(read.GetItems(Tags.ScheduledProcedureStepSequence)).GetString(Tags.Modality));
        Assert.Equal("R1", read.GetString(Tags.RequestedProcedureId));
    }

    [Fact]
    public void An_unknown_sequence_of_undefined_length_is_read_as_implicit_little_endian()
    {
        var bytes = Hex("40000001 554E 0000 FFFFFFFF  FEFF00E0 FFFFFFFF 08006000 02000000 4354 FEFF0DE0 00000000 FEFFDDE0 00000000");

        var read = DataSetReader.Read(bytes, TransferSyntax.ExplicitVrLittleEndian);

        Assert.Equal("CT", read.GetItems(Tags.ScheduledProcedureStepSequence)[0].GetString(Tags.Modality));
    }

    [Fact]
    public void Unknown_representation_of_a_known_tag_is_read_by_the_dictionary()
    {
        var text = Hex("10002000 554E 0000 04000000 41314220");
        var sequence = Hex("40000001 554E 0000 12000000  FEFF00E0 0A000000 08006000 02000000 4354");

        Assert.Equal("A1B", DataSetReader.Read(text, TransferSyntax.ExplicitVrLittleEndian).GetString(Tags.PatientId));
        Assert.Equal("CT", DataSetReader.Read(sequence, TransferSyntax.ExplicitVrLittleEndian).GetItems(Tags.ScheduledProcedureStepSequence)[0].GetString(Tags.Modality));
    }

    [Fact]
    public void Elements_out_of_order_are_sorted_and_reported_and_the_last_of_two_stays()
    {
        var warnings = new List<string>();
        var bytes = Hex("10002000 02000000 4131  08005000 02000000 4332  10002000 02000000 4233");

        var read = DataSetReader.Read(bytes, TransferSyntax.ImplicitVrLittleEndian, new DataSetReaderOptions { Warn = warnings.Add });

        Assert.Equal(["00080050", "00100020"], read.Select(element => element.Tag.ToString()));
        Assert.Equal("B3", read.GetString(Tags.PatientId));
        Assert.Contains("00080050", warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_character_set_declared_after_the_text_holds_for_it_too()
    {
        var bytes = Hex("10001000 02000000 C3A9 08000500 0A000000").ToArray().Concat(Encoding.ASCII.GetBytes("ISO_IR 192")).ToArray();

        var read = DataSetReader.Read(bytes, TransferSyntax.ImplicitVrLittleEndian);

        Assert.Equal("é", read.GetString(Tags.PatientName));
    }

    [Fact]
    public void An_item_without_a_character_set_inherits_that_of_the_data_set_around_it()
    {
        var bytes = Hex("08000500 0A000000 49534F5F495220313434 40000001 14000000 FEFF00E0 0C000000 40000700 04000000 BBEEDABA");

        var read = DataSetReader.Read(bytes, TransferSyntax.ImplicitVrLittleEndian);

        Assert.Equal("Люкк".Length, read.GetItems(Tags.ScheduledProcedureStepSequence)[0].GetString(Tags.ScheduledProcedureStepDescription)!.Length);
        Assert.Equal('Л', read.GetItems(Tags.ScheduledProcedureStepSequence)[0].GetString(Tags.ScheduledProcedureStepDescription)![0]);
    }

    [Theory]
    [InlineData("1000")]
    [InlineData("10002000 FFFFFF7F 41")]
    [InlineData("10002000 08000000 41")]
    [InlineData("40000001 FFFFFFFF FEFF00E0 FFFFFFFF 08006000 02000000 4354")]
    [InlineData("40000001 10000000 FEFF00E0 40000000 08006000 02000000 4354")]
    [InlineData("40000001 08000000 08006000 00000000")]
    [InlineData("FEFF00E0 00000000")]
    [InlineData("10002000 FFFFFFFF 41")]
    [InlineData("E07F1000 FFFFFFFF FEFF00E0 00010000 41")]
    public void Lengths_that_do_not_fit_are_an_error_that_names_the_place(string hex)
    {
        var isRead = DataSetReader.TryRead(Hex(hex), TransferSyntax.ImplicitVrLittleEndian, null, out _, out var error);

        Assert.False(isRead);
        Assert.Contains("offset", error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_came_before_an_error_is_kept()
    {
        DataSetReader.TryRead(Hex("10002000 02000000 4131 10003000 08000000 32"), TransferSyntax.ImplicitVrLittleEndian, null, out var read, out var error);

        Assert.NotNull(error);
        Assert.Equal("A1", read.GetString(Tags.PatientId));
    }

    [Fact]
    public void Nesting_and_number_of_elements_are_limited()
    {
        var nested = new DataSet();
        for (var i = 0; i < 40; i++) nested = new DataSet().SetSequence(Tags.ScheduledProcedureStepSequence, nested);
        var many = new DataSet();
        for (ushort i = 0; i < 100; i++) many.Set(new Tag(0x0009, (ushort)(0x1000 + i)), VR.LO, "x");

        var isDeep = DataSetReader.TryRead(Write(nested), TransferSyntax.ExplicitVrLittleEndian, null, out _, out var tooDeep);
        var isMany = DataSetReader.TryRead(Write(many), TransferSyntax.ExplicitVrLittleEndian, new DataSetReaderOptions { MaxElements = 50 }, out _, out var tooMany);

        Assert.False(isDeep);
        Assert.Contains("32 levels", tooDeep, StringComparison.Ordinal);
        Assert.False(isMany);
        Assert.Contains("50 elements", tooMany, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_declarations_of_a_character_set_cost_no_more_than_other_elements()
    {
        var bytes = Enumerable.Repeat(Convert.FromHexString("080005000A000000" + "49534F5F495220313434"), 150_000).SelectMany(element => element).ToArray();
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var read = DataSetReader.Read(bytes, TransferSyntax.ImplicitVrLittleEndian);

        Assert.Equal(1, read.Count);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed} for {bytes.Length} bytes");
    }

    [Fact]
    public void An_inflated_data_set_is_limited()
    {
        var bytes = new ArrayBufferWriter<byte>();
        DataSetWriter.Write(new DataSet().SetBytes(Tags.PixelData, VR.OB, new byte[200_000]), TransferSyntax.DeflatedExplicitVrLittleEndian, bytes, SpecificCharacterSet.Default);

        var isRead = DataSetReader.TryRead(bytes.WrittenMemory, TransferSyntax.DeflatedExplicitVrLittleEndian, new DataSetReaderOptions { MaxInflatedBytes = 100_000 }, out _, out var error);

        Assert.True(bytes.WrittenCount < 2000);
        Assert.False(isRead);
        Assert.Contains("100000 bytes", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_stops_before_the_tag_asked_for()
    {
        var bytes = Write(WorklistEntry().SetBytes(Tags.PixelData, VR.OW, new byte[64]));

        var read = DataSetReader.Read(bytes, TransferSyntax.ExplicitVrLittleEndian, new DataSetReaderOptions { StopBefore = Tags.PixelData });

        Assert.False(read.Contains(Tags.PixelData));
        Assert.True(read.Contains(Tags.RequestedProcedureId));
    }

    [Theory]
    [InlineData("0100", "-1")]
    [InlineData("0000", "65535")]
    public void Pixel_representation_decides_between_signed_and_unsigned(string pixelRepresentation, string expected)
    {
        var bytes = Hex($"28000301 02000000 {pixelRepresentation} 28000601 02000000 FFFF");

        var read = DataSetReader.Read(bytes, TransferSyntax.ImplicitVrLittleEndian);

        Assert.Equal(expected, read.GetString(Tags.SmallestImagePixelValue));
    }

    [Fact]
    public void Numbers_and_tags_are_read_as_text()
    {
        var dataSet = new DataSet()
            .Set(Tags.PregnancyStatus, "4")
            .Set(new Tag(0x0000, 0x1005), "00100010", "00100020")
            .Set(new Tag(0x0009, 0x1001), VR.FD, "0.1", "-1E+300")
            .Set(new Tag(0x0009, 0x1002), VR.SV, "-9223372036854775808")
            .Set(new Tag(0x0009, 0x1003), VR.FL, "0.1")
            .Set(new Tag(0x0009, 0x1004), VR.SL, "-5", "6");

        var read = DataSetReader.Read(Write(dataSet), TransferSyntax.ExplicitVrLittleEndian);

        Assert.Equal(["0.1", "-1E+300"], read.GetStrings(new Tag(0x0009, 0x1001)));
        Assert.Equal("-9223372036854775808", read.GetString(new Tag(0x0009, 0x1002)));
        Assert.Equal("0.1", read.GetString(new Tag(0x0009, 0x1003)));
        Assert.Equal(["-5", "6"], read.GetStrings(new Tag(0x0009, 0x1004)));
        Assert.Equal(4, read.GetInt32(Tags.PregnancyStatus));
        Assert.False(read.Contains(new Tag(0x0000, 0x1005)));
    }

    [Fact]
    public void Padding_is_taken_off_and_leading_spaces_stay_where_they_mean_something()
    {
        var bytes = Hex("08005000 04000000 20413120  10002000 04000000 20200000  10000040 04000000 20413120  20000D00 06000000 312E322E3300");

        var read = DataSetReader.Read(bytes, TransferSyntax.ImplicitVrLittleEndian);

        Assert.Equal("A1", read.GetString(Tags.AccessionNumber));
        Assert.True(read.TryGet(Tags.PatientId, out var empty) && empty.IsEmpty);
        Assert.Equal(" A1", read.GetString(Tags.PatientComments));
        Assert.Equal("1.2.3", read.GetString(Tags.StudyInstanceUid));
    }

    [Fact]
    public void A_value_too_long_for_a_short_length_is_written_as_unknown_and_read_by_the_dictionary()
    {
        var uids = Enumerable.Range(0, 5000).Select(i => $"1.2.840.99999.{i}").ToArray();

        var read = DataSetReader.Read(Write(new DataSet().Set(Tags.StudyInstanceUid, uids)), TransferSyntax.ExplicitVrLittleEndian);

        Assert.Equal(uids, read.GetStrings(Tags.StudyInstanceUid));
    }

    internal static DataSet WorklistEntry() => new DataSet()
        .Set(Tags.AccessionNumber, "ACC20260310001")
        .Set(Tags.PatientName, "Sharma^Aarav=शर्मा^आरव")
        .Set(Tags.PatientId, "MRN0042")
        .Set(Tags.Allergies, "Penicillin", "", "Peanut")
        .Set(Tags.PregnancyStatus, "4")
        .Set(Tags.PatientComments, "Line one\r\nLine \\ two")
        .SetEmpty(Tags.ReferringPhysicianName)
        .Set(Tags.StudyInstanceUid, "1.2.840.113619.2.55.3")
        .Set(Tags.ReasonForVisit, "Cough")
        .SetSequence(Tags.ReferencedPatientSequence)
        .SetSequence(Tags.ScheduledProcedureStepSequence, new DataSet()
            .Set(Tags.Modality, "CT")
            .Set(Tags.ScheduledStationAeTitle, "CT1", "CT2")
            .Set(Tags.ScheduledProcedureStepDescription, "CT Thorax – 64 Zeilen")
            .SetSequence(Tags.ScheduledProtocolCodeSequence, new DataSet().Set(Tags.CodeValue, "CTCHEST"), new DataSet()))
        .Set(Tags.RequestedProcedureId, "RP1");

    internal static ReadOnlyMemory<byte> Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static ReadOnlyMemory<byte> Write(DataSet dataSet)
    {
        var bytes = new ArrayBufferWriter<byte>();
        DataSetWriter.Write(dataSet, TransferSyntax.ExplicitVrLittleEndian, bytes, SpecificCharacterSet.Utf8);
        return bytes.WrittenMemory;
    }
}
