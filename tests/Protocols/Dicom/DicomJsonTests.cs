using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom;

public class DicomJsonTests
{
    [Fact]
    public void Attributes_are_written_as_annex_f_shows_them()
    {
        var dataSet = new DataSet()
            .Set(Tags.SpecificCharacterSet, "ISO_IR 100")
            .Set(Tags.AccessionNumber, "A1")
            .SetEmpty(Tags.ReferringPhysicianName)
            .Set(Tags.PatientName, "Yamada^Tarou=山田^太郎", "", "=שרון")
            .Set(Tags.Allergies, "Nuts", "", "Latex")
            .Set(Tags.PatientWeight, "80.5")
            .Set(Tags.PregnancyStatus, "4")
            .SetSequence(Tags.ReferencedPatientSequence)
            .SetSequence(Tags.ScheduledProcedureStepSequence, new DataSet().Set(Tags.Modality, "CT"), [])
            .Set(Tags.FrameIncrementPointer, "00181063")
            .SetBytes(new Tag(0x0009, 0x1001), VR.OB, new byte[] { 1, 2, 3, 4 })
            .Set(new Tag(0x0009, 0x1002), VR.IS, "007", "x")
            .Set(new Tag(0x0009, 0x1003), VR.FD, "NaN", "1.5")
            .Set(new Tag(0x0009, 0x1004), VR.UV, "18446744073709551615", "5");

        var json = Write(dataSet);

        Assert.Equal(
            """{"00080005":{"vr":"CS","Value":["ISO_IR 192"]},"00080050":{"vr":"SH","Value":["A1"]},"00080090":{"vr":"PN"},"00081120":{"vr":"SQ"},"00091001":{"vr":"OB","InlineBinary":"AQIDBA=="},"00091002":{"vr":"IS","Value":[7,"x"]},"00091003":{"vr":"FD","Value":["NaN",1.5]},"00091004":{"vr":"UV","Value":["18446744073709551615",5]},"00100010":{"vr":"PN","Value":[{"Alphabetic":"Yamada^Tarou","Ideographic":"山田^太郎"},null,{"Ideographic":"שרון"}]},"00101030":{"vr":"DS","Value":[80.5]},"00102110":{"vr":"LO","Value":["Nuts",null,"Latex"]},"001021C0":{"vr":"US","Value":[4]},"00280009":{"vr":"AT","Value":["00181063"]},"00400100":{"vr":"SQ","Value":[{"00080060":{"vr":"CS","Value":["CT"]}},{}]}}""",
            json);
    }

    [Fact]
    public void An_ascii_data_set_declares_no_character_set_and_leaves_out_groups_of_the_carrier() =>
        Assert.Equal("""{"00100020":{"vr":"LO","Value":["A"]}}""",
            Write(new DataSet().Set(Tags.TransferSyntaxUid, "1.2").Set(Tags.MessageId, "1").Set(Tags.SpecificCharacterSet, "ISO_IR 192").Set(Tags.PatientId, "A")));

    [Fact]
    public void A_data_set_reads_back_as_it_was_written()
    {
        var entry = DataSetReaderTests.WorklistEntry().SetBytes(new Tag(0x0009, 0x1001), VR.UN, new byte[] { 1, 2 });

        var isRead = DicomJson.TryRead(DicomJson.ToUtf8Bytes(entry), null, out var read, out var error);

        Assert.True(isRead, error);
        Assert.Equal(DataSetText.Describe(entry), DataSetText.Describe(Assert.Single(read)));
    }

    [Fact]
    public void Numbers_and_strings_are_both_taken_for_numbers_and_bulk_data_is_fetched()
    {
        var json = """[{"00101030":{"vr":"DS","Value":["80.5",81]},"001021C0":{"vr":"US","Value":["4"]},"00420011":{"vr":"OB","BulkDataURI":"here"},"00100010":{"vr":"PN","Value":["A^B"]},"00100020":{"Value":["x"]}}]""";

        Assert.True(DicomJson.TryRead(Encoding.UTF8.GetBytes(json), uri => uri == "here" ? new byte[] { 7, 7 } : null, out var read, out _));

        Assert.Equal(["80.5", "81"], read[0].GetStrings(Tags.PatientWeight));
        Assert.Equal(4, read[0].GetInt32(Tags.PregnancyStatus));
        Assert.Equal("A^B", read[0].GetString(Tags.PatientName));
        Assert.Equal("x", read[0].GetString(Tags.PatientId));
        Assert.True(read[0].TryGet(Tags.EncapsulatedDocument, out var document));
        Assert.Equal([7, 7], document.Bytes.ToArray());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("5")]
    [InlineData("[5]")]
    [InlineData("""{"PatientName":{"vr":"PN"}}""")]
    [InlineData("""{"00100010":5}""")]
    [InlineData("""{"00100010":{"vr":"XX"}}""")]
    [InlineData("""{"00100010":{"vr":"PN","Value":5}}""")]
    [InlineData("""{"00100010":{"vr":"PN","Value":[[]]}}""")]
    [InlineData("""{"00100020":{"vr":"LO","Value":[{}]}}""")]
    [InlineData("""{"00100020":{"vr":"LO","Value":["\ud800"]}}""")]
    [InlineData("""{"001021C0":{"vr":"US","Value":[70000]}}""")]
    [InlineData("""{"00420011":{"vr":"OB","InlineBinary":"*"}}""")]
    [InlineData("""{"00420011":{"vr":"OB","Value":["x"]}}""")]
    [InlineData("""{"00104000":{"vr":"LT","Value":["a","b"]}}""")]
    [InlineData("""{"00100020":{"vr":"LO","value":["a"]}}""")]
    [InlineData("""{"00100020":{"vr":"LO"},"00100020":{"vr":"LO"}}""")]
    [InlineData("""{"0010002a":{"vr":"LO"},"0010002A":{"vr":"LO"}}""")]
    [InlineData("""{"00100010":{"vr":"PN","Value":[{"alphabetic":"A"}]}}""")]
    [InlineData("""{"00100010":{"vr":"PN","Value":[{"Alphabetic":5}]}}""")]
    [InlineData("""{"00420011":{"vr":"OB","BulkDataURI":"http://127.0.0.1/1"}}""")]
    public void What_is_not_dicom_json_is_an_error(string json)
    {
        Assert.False(DicomJson.TryRead(Encoding.UTF8.GetBytes(json), null, out var read, out var error));
        Assert.Empty(read);
        Assert.NotNull(error);
    }

    [Fact]
    public void Deep_nesting_is_an_error()
    {
        var json = string.Concat(Enumerable.Repeat("""{"00400100":{"vr":"SQ","Value":[""", 100)) + "{}" + string.Concat(Enumerable.Repeat("]}}", 100));

        Assert.False(DicomJson.TryRead(Encoding.UTF8.GetBytes(json), null, out _, out _));
    }

    private static string Write(DataSet dataSet)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) DicomJson.Write(dataSet, writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
