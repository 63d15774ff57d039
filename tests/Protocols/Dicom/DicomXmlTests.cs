using System.Text;
using System.Xml;
using System.Xml.Linq;
using CloudPacs.Dicom;
using FsCheck.Xunit;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom;

/// <summary>Data sets in the Native DICOM Model (PS3.19 annex A.1).</summary>
public class DicomXmlTests
{
    [Theory]
    [InlineData("one\ftwo", "one two")]
    [InlineData("a < b & c", "a < b & c")]
    [InlineData("\U0001F600 山田", "\U0001F600 山田")]
    public void A_text_is_XML_whatever_it_holds(string text, string expected)
    {
        var xml = DicomXml.ToUtf8Bytes(new DataSet().Set(Tags.RequestedProcedureComments, text));

        var attribute = Assert.Single(XDocument.Parse(Encoding.UTF8.GetString(xml)).Root!.Elements());
        Assert.Equal(("00401400", "LT", expected), ((string?)attribute.Attribute("tag"), (string?)attribute.Attribute("vr"), (string?)attribute.Element("Value")));
    }

    [Fact]
    public void Items_names_and_empty_values_have_their_places()
    {
        var item = new DataSet().Set(Tags.Modality, "CT");
        var set = new DataSet().Set(Tags.PatientName, "山田^太郎").Set(Tags.ScheduledStationAeTitle, "A", "", "B").SetEmpty(Tags.PatientSex);
        set.SetSequence(Tags.ScheduledProcedureStepSequence, item);

        var attributes = XDocument.Parse(Encoding.UTF8.GetString(DicomXml.ToUtf8Bytes(set))).Root!.Elements().ToDictionary(static e => (string)e.Attribute("tag")!);

        Assert.Equal("太郎", (string?)attributes["00100010"].Element("PersonName")!.Element("Alphabetic")!.Element("GivenName"));
        Assert.Equal(["1", "3"], attributes["00400001"].Elements("Value").Select(static e => (string?)e.Attribute("number")));
        Assert.Empty(attributes["00100040"].Elements());
        Assert.Equal("CT", (string?)attributes["00400100"].Element("Item")!.Element("DicomAttribute")!.Element("Value"));
    }

    [Property(MaxTest = 200)]
    public void A_data_set_reads_back_from_its_XML(int seed)
    {
        var dataSet = new DataSetSource(new Random(seed), SpecificCharacterSet.Utf8).Next();

        Assert.True(DicomXml.TryRead(DicomXml.ToUtf8Bytes(dataSet), out var read, out var error), error);

        // What XML does not know is a blank.
        var expected = string.Concat(DataSetText.Describe(dataSet).Select(static c => char.IsSurrogate(c) || XmlConvert.IsXmlChar(c) ? c : ' '));
        Assert.Equal(expected, DataSetText.Describe(read));
    }

    [Property(MaxTest = 500)]
    public void Damaged_XML_is_read_or_refused(int seed)
    {
        var random = new Random(seed);
        var bytes = DicomXml.ToUtf8Bytes(new DataSetSource(random, SpecificCharacterSet.Utf8).Next());
        for (var i = random.Next(1, 5); i > 0; i--) bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)"<>/\"&;=0x"[random.Next(9)] : (byte)random.Next(256);

        var isRead = DicomXml.TryRead(bytes, out var read, out var error);

        Assert.Equal((isRead, isRead), (error is null, read is not null));
    }

    [Fact]
    public void Lines_names_and_gaps_come_back()
    {
        var dataSet = new DataSet().Set(Tags.RequestedProcedureComments, "one\r\ntwo\t<three>").Set(Tags.PatientName, "Yamada^Tarou=山田^太郎=やまだ^たろう")
            .Set(Tags.ScheduledStationAeTitle, "", "A", "", "B").Set(Tags.PregnancyStatus, "4").SetBytes(new Tag(0x0009, 0x1001), VR.OB, new byte[] { 1, 2, 3, 4 })
            .SetSequence(Tags.ReferencedPatientSequence).SetSequence(Tags.ScheduledProcedureStepSequence, new DataSet().Set(Tags.Modality, "CT"), []).SetEmpty(Tags.PatientSex);

        Assert.True(DicomXml.TryRead(DicomXml.ToUtf8Bytes(dataSet), out var read, out var error), error);

        Assert.True(dataSet.IsSameAs(read), DataSetText.Describe(read));
    }

    [Fact]
    public void What_belongs_to_the_carrier_stands_in_no_model()
    {
        var dataSet = new DataSet().Set(Tags.TransferSyntaxUid, "1.2").Set(Tags.MessageId, "1").Set(Tags.SpecificCharacterSet, "ISO_IR 192").Set(Tags.PatientId, "A")
            .Add(DataElement.CreateBinary(Tags.PixelData, VR.OB, new byte[] { 0xFE, 0xFF, 0, 0xE0, 0, 0, 0, 0 }, isEncapsulated: true));

        Assert.True(DicomXml.TryRead(DicomXml.ToUtf8Bytes(dataSet), out var fromXml, out _));
        Assert.True(DicomJson.TryRead(DicomJson.ToUtf8Bytes(dataSet), null, out var fromJson, out _));

        Assert.Equal([Tags.PatientId], fromXml.Select(static element => element.Tag));
        Assert.Equal([Tags.PatientId], fromJson[0].Select(static element => element.Tag));
    }

    [Theory]
    [InlineData("", "The text is not XML, or has a document type.")]
    [InlineData("<a/>", "The root element must be NativeDicomModel.")]
    [InlineData("<NativeDicomModel><x/></NativeDicomModel>", "Between attributes stands x.")]
    [InlineData("<NativeDicomModel/><NativeDicomModel/>", "The text is not XML, or has a document type.")]
    [InlineData("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><NativeDicomModel>&b;</NativeDicomModel>", "The text is not XML, or has a document type.")]
    [InlineData("<NativeDicomModel><DicomAttribute tag=\"PatientID\"/></NativeDicomModel>", "The tag of an attribute is not eight hexadecimal digits.")]
    [InlineData("<NativeDicomModel><DicomAttribute tag=\"00100020\" vr=\"X\"/></NativeDicomModel>", "PatientID has an unknown vr.")]
    [InlineData("<NativeDicomModel><DicomAttribute tag=\"00100020\"><Item/></DicomAttribute></NativeDicomModel>", "PatientID of representation LO has a Item that is not taken.")]
    [InlineData("<NativeDicomModel><DicomAttribute tag=\"00100020\"><Value number=\"2\">A</Value><Value number=\"1\">B</Value></DicomAttribute></NativeDicomModel>", "The values of PatientID are not numbered from 1 on in their order.")]
    [InlineData("<NativeDicomModel><DicomAttribute tag=\"00100020\"><Value number=\"2000000000\">A</Value></DicomAttribute></NativeDicomModel>", "The values of PatientID are not numbered from 1 on in their order.")]
    [InlineData("<NativeDicomModel><DicomAttribute tag=\"00100020\"><Value number=\"1\"><b/></Value></DicomAttribute></NativeDicomModel>", "A value of PatientID is no text.")]
    [InlineData("<NativeDicomModel><DicomAttribute tag=\"001021C0\"><Value number=\"1\">x</Value></DicomAttribute></NativeDicomModel>", "A value of PregnancyStatus is not a number of kind US.")]
    [InlineData("<NativeDicomModel><DicomAttribute tag=\"00104000\"><Value number=\"1\">x</Value><Value number=\"2\">y</Value></DicomAttribute></NativeDicomModel>", "PatientComments of representation LT cannot have these values.")]
    [InlineData("<NativeDicomModel><DicomAttribute tag=\"00420011\"><InlineBinary>*</InlineBinary></DicomAttribute></NativeDicomModel>", "InlineBinary of EncapsulatedDocument is not base64.")]
    [InlineData("<NativeDicomModel><DicomAttribute tag=\"00420011\"><BulkData uri=\"x\"/></DicomAttribute></NativeDicomModel>", "The bytes at the BulkData of EncapsulatedDocument cannot be had.")]
    [InlineData("<NativeDicomModel><DicomAttribute tag=\"00100010\"><PersonName number=\"1\"><Latin/></PersonName></DicomAttribute></NativeDicomModel>", "A name in PatientName has Alphabetic, Ideographic, Phonetic only, not Latin.")]
    [InlineData("<NativeDicomModel><DicomAttribute tag=\"00100020\"/><DicomAttribute tag=\"00100020\"/></NativeDicomModel>", "An attribute stands twice.")]
    public void What_is_no_native_model_is_told(string xml, string error)
    {
        Assert.False(DicomXml.TryRead(Encoding.UTF8.GetBytes(xml), out var read, out var told));
        Assert.Equal((null, error), (read, told));
    }

    [Fact]
    public void Deep_nesting_and_many_attributes_out_of_order_are_no_danger()
    {
        var deep = string.Concat(Enumerable.Repeat("<DicomAttribute tag=\"00400100\" vr=\"SQ\"><Item number=\"1\">", 20_000));
        var many = string.Concat(Enumerable.Range(0, 200_000).Select(static n => $"<DicomAttribute tag=\"{0x00100000 + 200_000 - n:X8}\" vr=\"UN\"/>"));

        Assert.False(DicomXml.TryRead(Encoding.UTF8.GetBytes("<NativeDicomModel>" + deep), out _, out var error));
        Assert.Equal("Sequences are nested too deeply.", error);
        Assert.True(DicomXml.TryRead(Encoding.UTF8.GetBytes($"<NativeDicomModel>{many}</NativeDicomModel>"), out var read, out error), error);
        Assert.True(read.Count > 190_000);
    }
}
