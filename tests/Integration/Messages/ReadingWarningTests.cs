using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Settings;
using CloudPacs.Worklist;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>
/// What the bytes of a message lack is in the answer and the journal, and what they hold is on the worklist (line feeds in fields, broken
/// characters, unknown character sets; HL7 v2.5.1 2.4 and 2.15.9.18).
/// </summary>
public sealed class ReadingWarningTests
{
    private readonly Pipeline _engine = new();

    [Theory]
    [InlineData("\r", "")]
    [InlineData("\r\n", "")]
    [InlineData("\n", "W 102 PID^1^5")]
    public void A_line_feed_in_a_name_costs_neither_birth_date_nor_sex(string end, string told)
    {
        var entry = Send(Order("HADDAD^LAY\nLA").Replace("\r", end, StringComparison.Ordinal), told);

        Assert.Equal(("HADDAD^LAY LA", "19800214", "F"), (entry.GetString(Tags.PatientName), entry.GetString(Tags.PatientBirthDate), entry.GetString(Tags.PatientSex)));
    }

    [Theory]
    [InlineData("\r", "")]
    [InlineData("\n", "W 102 NTE^1^3")]
    public void A_line_feed_in_a_note_costs_neither_its_rest_nor_the_next_note(string end, string told)
    {
        var message = Order("RAO^ANITA") + "NTE|1||Claustrophobic\nNeeds sedation\rNTE|2||Allergic to gadolinium\r";

        var entry = Send(message.Replace("\r", end, StringComparison.Ordinal), told);

        var comments = entry.GetString(Tags.RequestedProcedureComments)!;
        Assert.Equal(["Claustrophobic", "Needs sedation", "Allergic to gadolinium"], comments.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("CTCHEST^CT Chest^L", "CTCHEST^CT\nChest^L")]
    [InlineData("|A1|", "|A1\n|")]
    [InlineData("MRN1^^^MERCY^MR", "MRN1\n^^^MERCY^MR")]
    [InlineData("|19800214|", "|19800214\n|")]
    public void A_line_feed_in_a_value_of_one_line_is_a_blank(string value, string broken)
    {
        var entry = Send(Order("RAO^ANITA").Replace(value, broken, StringComparison.Ordinal), "");

        Assert.Equal(("MRN1", "A1", "CT Chest", "19800214"), (entry.GetString(Tags.PatientId), entry.GetString(Tags.AccessionNumber), entry.GetString(Tags.RequestedProcedureDescription), entry.GetString(Tags.PatientBirthDate)));
    }

    [Theory]
    [InlineData("UNICODE UTF-8", "M\u00C3LLER^J\u00C3\u0096RG", "M\uFFFDLLER^J\u00D6RG", "W 102 PID^1^5")]
    [InlineData("UNICODE UTF-8", "M\u00DCLLER^J\u00D6RG", "M\u00DCLLER^J\u00D6RG", "W 102 MSH^1^18")]
    [InlineData("TIS-620", "\u00CA\u00C1^\u00AA\u00D2", "\u0E2A\u0E21^\u0E0A\u0E32", "")]
    [InlineData("KLINGON", "M\u00DCLLER", "M\u00DCLLER", "W 103 MSH^1^18")]
    [InlineData("KLINGON", "MULLER", "MULLER", "")]
    [InlineData("KS X 1001", "\u00B1\u00E8\u00B1^A", "\uAE40\uFFFD^A", "W 102 PID^1^5")]
    [InlineData("", "M\u00C3\u009CLLER", "M\u00DCLLER", "")]
    [InlineData("", "M\u00DCLLER", "M\u00DCLLER", "W 101 MSH^1^18")]
    public void What_is_wrong_with_the_characters_is_told_and_the_rest_is_read(string set, string name, string shown, string told)
    {
        var entry = Send(Order(name).Replace("|2.5.1|||||", "|2.5.1||||||" + set, StringComparison.Ordinal), told);

        Assert.Equal(shown, entry.GetString(Tags.PatientName));
    }

    [Fact]
    public void A_refused_message_is_told_what_could_not_be_read_too()
    {
        var result = _engine.Send(Encoding.Latin1.GetBytes(Order("A").Replace("ORM^O01^ORM_O01", "XYZ^A01", StringComparison.Ordinal).Replace("|2.5.1|||||", "|2.5.1||||||KLINGON\u00FC", StringComparison.Ordinal)));

        Assert.Equal(("AR", "200", "103"), (Pipeline.Answer(result, "MSA-1"), Pipeline.Answer(result, "ERR-3"), Pipeline.Answer(result, "ERR[2]-3")));
    }

    [Theory]
    [InlineData("", "MSH-9 is empty")]
    [InlineData("\"\"", "MSH-9 is empty")]
    [InlineData("ADT", "MSH-9.2, the event, is empty")]
    [InlineData("XYZ^A01", "Type XYZ is not served here")]
    public void A_type_that_is_missing_or_not_served_is_said_to(string type, string text)
    {
        var result = _engine.Send(Order("A").Replace("ORM^O01^ORM_O01", type, StringComparison.Ordinal));

        Assert.Equal(("AR", "200", "MSH"), (Pipeline.Answer(result, "MSA-1"), Pipeline.Answer(result, "ERR-3"), Pipeline.Answer(result, "ERR-2")));
        Assert.StartsWith(text, Pipeline.Answer(result, "ERR-8"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" ORM^O01")]
    [InlineData("ORM^ O01 ")]
    public void Blanks_around_a_type_say_nothing(string type)
    {
        var result = _engine.Send(Order("A").Replace("ORM^O01^ORM_O01", type, StringComparison.Ordinal));

        Assert.Equal("AA", Pipeline.Answer(result, "MSA-1"));
    }

    [Fact]
    public void Sub_components_are_read_from_a_sender_without_an_escape_character()
    {
        var entry = Send(Order("VAN DER WAAL&VAN DER^HANS").Replace("^~\\&", "^~&", StringComparison.Ordinal).Replace("^^^MERCY^MR", "^^^MERCY&1.2.3&ISO^MR", StringComparison.Ordinal), "W 102 MSH^1^2");

        Assert.Equal("MERCY", entry.GetString(Tags.IssuerOfPatientId));
    }

    /// <summary>The only entry of a message that is applied; what its answer tells is in the journal too.</summary>
    private DataSet Send(string message, string told)
    {
        var result = _engine.Send(Encoding.Latin1.GetBytes(message));
        var problems = result.Problems.Select(problem => $"{problem.Severity.ToString()[0]} {problem.Code} {problem.Location}");
        Assert.Equal(("AA", told), (Pipeline.Answer(result, "MSA-1"), string.Join(',', problems)));
        Assert.Equal(told.Length > 0 ? told.Split(' ')[1] : "", Pipeline.Answer(result, "ERR-3"));
        Assert.Equal(told.Length > 0, result.Journal.Problems?.Contains("\"Warning\"", StringComparison.Ordinal) == true);
        var changes = EntryCollector.Collect(_engine.Workspace, _engine.Workspace.Rows, new EntryFactory(new WorklistSettings(), Pipeline.Zone), revision: 1);
        return Assert.Single(changes!.Entries).Compose();
    }

    private static string Order(string name) =>
        "MSH|^~\\&|HIS|MERCY|CP|CP|20260310083015||ORM^O01^ORM_O01|M1|P|2.5.1|||||\r"
        + $"PID|1||MRN1^^^MERCY^MR||{name}||19800214|F\rPV1|1|I\rORC|NW|P1^HIS\rTQ1|1||||||20260310093000||S\r"
        + "OBR|1|P1^HIS||CTCHEST^CT Chest^L||||||||||||||A1||||||CT\r";
}
