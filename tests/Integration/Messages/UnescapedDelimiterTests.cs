using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>
/// Delimiters that a sender did not escape (HL7 v2.5.1 2.7.1), and what a field cannot have: the whole text is taken where the type has no
/// parts, and whatever is not carried over is told with its place.
/// </summary>
public class UnescapedDelimiterTests
{
    private readonly HisLink _his = new();

    [Theory]
    [InlineData("OBR-4", "CTX^CT chest & abdomen^L", "OBR^1^4^1^2", "CT chest & abdomen")]
    [InlineData("OBR-4", "CTX^A&B&C^L", "OBR^1^4^1^2", "A&B&C")]
    [InlineData("OBR-4", "CTX^CT chest &amp; abdomen^L", "OBR^1^4^1^2", "CT chest & abdomen")]
    [InlineData("OBR-13", "Pacemaker ^ see letter", "OBR^1^13", "Pacemaker ^ see letter")]
    [InlineData("OBR-13", "Pacemaker & stent", "OBR^1^13", "Pacemaker & stent")]
    [InlineData("OBR-13", "A^B^^D & E", "OBR^1^13", "A^B^^D & E")]
    [InlineData("OBR-31", "^Fall & trauma", "OBR^1^31^1^2", "Fall & trauma")]
    [InlineData("OBR-31", "R1^Fall &lt; 2 m &quot;or so&quot;^L", "OBR^1^31^1^2", "Fall < 2 m \"or so\"")]
    public void Text_is_taken_whole_and_told(string field, string sent, string place, string expected)
    {
        var reply = Place(field, sent);

        Assert.Equal(("102", "W", place), Assert.Single(reply.Problems));
        var entry = Assert.Single(_his.Entries);
        Assert.Contains(expected, Texts(entry));
        Assert.Contains(_his.Resources("ServiceRequest").Concat(_his.Resources("Task")), resource => Values(resource).Exists(value => value.EndsWith(expected, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("O&apos;BRIEN^SEAN", "O'BRIEN^SEAN")]
    [InlineData("O&#39;BRIEN^SEAN", "O'BRIEN^SEAN")]
    [InlineData("DOE^MARY & JANE", "DOE^MARY & JANE")]
    public void So_is_a_name(string sent, string expected)
    {
        var reply = _his.Send("ORM^O01", HisLink.Pid("MRN1", sent), HisLink.Order("NW", "P1^HIS", "ACC1"));

        Assert.Equal(("102", "W"), (Assert.Single(reply.Problems).Code, reply.Problems[0].Severity));
        Assert.StartsWith("PID^1^5^1", reply.Problems[0].Place, StringComparison.Ordinal);
        Assert.Equal(expected, Assert.Single(_his.Entries).GetString(Tags.PatientName));
    }

    [Theory]
    [InlineData("OBR-13", "CLA^Claustrophobia^L", "Claustrophobia")]
    [InlineData("OBR-4", @"CTX^CT chest \T\ abdomen^L", "CT chest & abdomen")]
    [InlineData("NTE-3", "Rule out R&D mass ^ fluid", "Rule out R&D mass ^ fluid")]
    public void What_is_as_it_should_be_is_not_told(string field, string sent, string expected)
    {
        var reply = Place(field, sent);

        Assert.Empty(reply.Problems);
        Assert.Contains(expected, Texts(Assert.Single(_his.Entries)));
    }

    [Theory]
    [InlineData("OBR-24", "CT~MR", "OBR^1^24")]
    [InlineData("OBR-24", "CT^Computed Tomography", "OBR^1^24")]
    [InlineData("PID-7", "19800214~19810214", "PID^1^7")]
    [InlineData("PID-8", "F~M", "PID^1^8")]
    public void A_second_value_that_nobody_reads_is_told(string field, string sent, string place)
    {
        var reply = Place(field, sent);

        Assert.Equal(("AA", ("102", "W", place)), (reply.Code, Assert.Single(reply.Problems)));
    }

    [Fact]
    public void Sub_components_that_belong_there_stay_what_they_are()
    {
        var reply = _his.Send("ORM^O01", "PID|1||MRN1^^^MERCY&1.2.3&ISO^MR||van Dam&van&Dam^JAN", HisLink.Order("NW", "P1&HIS&1.2.9&ISO", "ACC1"));

        Assert.Empty(reply.Problems);
        var order = Assert.Single(_his.Engine.Workspace.FindByPlacer("P1"));
        Assert.Equal("1.2.9", order.PlacerNumber!.Value.UniversalId);
    }

    [Theory]
    [InlineData("PID-11", "1000&Hospital Lane^^PUNE")]
    [InlineData("PID-5", "van Dam&van&Dam&&^JAN")]
    [InlineData("PV1-3", "HUH AE&9.8&ISO^OMU B&9.9&ISO^Bed 3&1.1&ISO^FAC")]
    public void Parts_of_later_versions_are_no_text(string field, string sent)
    {
        var reply = Place(field, sent);

        Assert.DoesNotContain(reply.Problems, problem => problem.Place.StartsWith(field.Replace("-", "^1^", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("OBR-31", "&")]
    [InlineData("PID-5", "&")]
    [InlineData("PID-5", "~X&Y")]
    [InlineData("PID-3", "~")]
    [InlineData("OBR-4", "^")]
    public void Very_many_delimiters_take_no_long_time(string field, string delimiter)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();

        Place(field, "A" + string.Concat(Enumerable.Repeat(delimiter, 300_000)));

        // Far from any machine's pace: a time that grows with the square of the count is minutes.
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_step_for_two_stations_is_found_by_both()
    {
        var reply = _his.Send("OMI^O23", HisLink.Pid("MRN1"), "ORC|NW|P1^HIS", "OBR|1|P1^HIS||CTX^CT^L", "IPC|ACC1|RP1|1.2.3|S1|CT||||AET1~AET2");

        Assert.Empty(reply.Problems);
        Assert.Equal(["AET1", "AET2"], HisLink.StepOf(Assert.Single(_his.Entries)).GetStrings(Tags.ScheduledStationAeTitle));
        Assert.Equal(["AET1", "AET2"], Assert.Single(_his.Engine.Workspace.Rows.OfType<CloudPacs.Store.Orders.StepRow>()).StationAeTitles);
    }

    private HisReply Place(string field, string value)
    {
        string[] segments = [HisLink.Pid("MRN1"), "PV1|1|O", .. HisLink.Order("NW", "P1^HIS", "ACC1").Split('\r'), "NTE|1||"];
        var (id, number) = (field[..3], int.Parse(field[4..], null));
        for (var i = 0; i < segments.Length; i++)
        {
            if (!segments[i].StartsWith(id, StringComparison.Ordinal)) continue;
            var fields = segments[i].Split('|').ToList();
            while (fields.Count <= number) fields.Add("");
            fields[number] = value;
            segments[i] = string.Join('|', fields);
        }

        return _his.Send("ORM^O01", segments);
    }

    private static List<string> Texts(DataSet set) =>
        [.. set.SelectMany(element => element.VR == VR.SQ ? set.GetItems(element.Tag).SelectMany(Texts) : set.GetStrings(element.Tag))];

    private static List<string> Values(System.Text.Json.Nodes.JsonNode? node) => node switch
    {
        System.Text.Json.Nodes.JsonObject members => [.. members.SelectMany(static member => Values(member.Value))],
        System.Text.Json.Nodes.JsonArray items => [.. items.SelectMany(Values)],
        null => [],
        _ => [node.ToString()],
    };
}
