using System.Text;
using System.Xml.Linq;
using CloudPacs.Dicom;
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
}
