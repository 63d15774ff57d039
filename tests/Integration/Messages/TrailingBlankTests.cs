using CloudPacs.Dicom;
using CloudPacs.Settings;
using CloudPacs.Worklist;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>Senders of fixed width fill codes with blanks, which do not belong to them (HL7 v2.5.1 2.A.74 with 2.A.36).</summary>
public sealed class TrailingBlankTests
{
    private const string Order =
        "MSH|^~\\&|HIS|MERCY|CP|CP|20260310083015||ORM^O01^ORM_O01|M1|P|2.5.1|||AL|AL\rPID|1||MRN1^^^MERCY^MR||RAO^ANITA||19800214|F\rPV1|1|I\r"
        + "ORC|NW|P1^HIS\rTQ1|1||||||20260310093000||S\rOBR|1|P1^HIS||CTCHEST^CT Chest^L||||||||||||||A1||||||CT\r";

    [Theory]
    [InlineData("ORM^O01^ORM_O01", "ORM ^O01^ORM_O01")]
    [InlineData("ORM^O01^ORM_O01", "ORM^O01 ^ORM_O01")]
    [InlineData("ORM^O01^ORM_O01", "ORM^O01^ORM_O01 ")]
    [InlineData("|P|2.5.1|", "|P |2.5.1|")]
    [InlineData("|P|2.5.1|", "|P|2.5.1 |")]
    [InlineData("|AL|AL", "|AL |AL ")]
    [InlineData("|19800214|F", "|19800214|F  ")]
    [InlineData("^^^MERCY^MR", "^^^MERCY ^MR ")]
    [InlineData("PV1|1|I", "PV1|1|I ")]
    [InlineData("ORC|NW|", "ORC|NW |")]
    [InlineData("20260310093000||S", "20260310093000 ||S ")]
    [InlineData("||||||CT\r", "||||||CT   \r")]
    [InlineData("CTCHEST^CT Chest^L|", "CTCHEST ^CT Chest ^L |")]
    public void A_code_is_the_same_with_blanks_behind_it(string code, string filled)
    {
        Assert.Equal(Shown(Order), Shown(Order.Replace(code, filled, StringComparison.Ordinal)));
    }

    [Fact]
    public void An_update_of_a_filled_event_is_applied()
    {
        var engine = new Pipeline();
        engine.Send(Order);

        var result = engine.Send("MSH|^~\\&|HIS|MERCY|CP|CP|20260310083016||ADT^A08 |M2|P|2.3\rPID|1||MRN1^^^MERCY^MR||RAO^ASHA||19800214|F\r");

        Assert.Equal(("AA", ""), (Pipeline.Answer(result, "MSA-1"), Pipeline.Answer(result, "ERR-3")));
        Assert.Equal("RAO^ASHA", Entry(engine).GetString(Tags.PatientName));
    }

    private static string Shown(string message)
    {
        var engine = new Pipeline();
        var result = engine.Send(message);
        Assert.Equal(("AA", ""), (Pipeline.Answer(result, "MSA-1"), Pipeline.Answer(result, "ERR-3")));
        return System.Text.Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(Entry(engine)));
    }

    private static DataSet Entry(Pipeline engine)
    {
        var changes = EntryCollector.Collect(engine.Workspace, engine.Workspace.Rows, new EntryFactory(new WorklistSettings(), Pipeline.Zone), revision: 1);
        return Assert.Single(changes!.Entries).Compose();
    }
}
