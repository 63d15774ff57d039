using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Settings;
using CloudPacs.Store.Orders;
using CloudPacs.Worklist;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>What the damaged orders brought to light, one by one.</summary>
public sealed class DamagedFieldTests
{
    private static readonly string Order = NumberedOrder.Text("M1", "");
    private readonly Pipeline _engine = new();

    [Theory]
    [InlineData("PAT1^^^", "^^^", "PID^1^3")]
    [InlineData("|PL1^HIS|", "^HIS|", "ORC^1^2")]
    [InlineData("|FI1^RIS|", "^RIS|", "ORC^1^3")]
    public void An_id_that_DICOM_cannot_hold_is_refused_at_its_field(string id, string rest, string location)
    {
        var start = id[0] == '|' ? "|" : "";

        var result = _engine.Send(Order.Replace(id, start + new string('7', 65) + rest, StringComparison.Ordinal));

        Assert.Equal(("AE", "102"), (Pipeline.Answer(result, "MSA-1"), Pipeline.Answer(result, "ERR-3")));
        Assert.Equal(location, result.FirstError!.Location!.ToString());
        Assert.Empty(_engine.Workspace.Changed);
    }

    [Fact]
    public void An_authority_of_a_type_that_DICOM_does_not_know_stays_out()
    {
        _engine.Send(Order.Replace("|PL1^HIS|", "|PL1^HIS^x.y^L,M|", StringComparison.Ordinal).Replace("|FI1^RIS|", "|FI1^^x.y^L,M|", StringComparison.Ordinal));

        var entry = Entry();
        Assert.Equal(["HIS"], entry.GetItems(Tags.OrderPlacerIdentifierSequence).Select(static item => string.Join('/', item.SelectMany(static element => element.Values))));
        Assert.Empty(entry.GetItems(Tags.OrderFillerIdentifierSequence));
    }

    [Fact]
    public void A_further_patient_id_that_DICOM_cannot_hold_stays_out_and_the_others_are_shown()
    {
        _engine.Send(Order.Replace("PAT1^^^MERCY", $"PAT1^^^MERCY~{new string('7', 65)}^^^NORTH~P2^^^{new string('N', 65)}~P3^^^SOUTH", StringComparison.Ordinal));

        Assert.Equal(["P3"], Entry().GetItems(Tags.OtherPatientIdsSequence).Select(static item => item.GetString(Tags.PatientId)));
    }

    [Fact]
    public void An_id_that_its_sender_cut_is_never_used()
    {
        var order = Order.Replace("^~\\&", "^~\\&#", StringComparison.Ordinal);

        var refused = _engine.Send(order.Replace("PAT1^^^MERCY", "PAT1#^^^MERCY", StringComparison.Ordinal));
        var applied = _engine.Send(order.Replace("PAT1^^^MERCY", "PAT1^^^MERCY~P2#^^^NORTH~P3^^^SOUTH", StringComparison.Ordinal));

        Assert.Equal((101, "PID^1^3"), (refused.FirstError!.Code, refused.FirstError.Location!.ToString()));
        Assert.Equal(["P3"], Entry().GetItems(Tags.OtherPatientIdsSequence).Select(static item => item.GetString(Tags.PatientId)));
        Assert.Contains("truncated_id", applied.Journal.Warnings);
    }

    [Fact]
    public void An_error_about_a_variable_names_the_field_that_it_comes_from()
    {
        var result = _engine.Send(
            "MSH|^~\\&|HIS|MERCY|CLOUDPACS|RAD|20260310083015||SIU^S12^SIU_S12|M1|P|2.5.1\rSCH|A1^HIS|A1^RIS\rPID|1||PAT1^^^MERCY||DOE^JANE\rRGS|1\rAIS|1||CTCHEST|tomorrow\r");

        Assert.Equal(("AE", "102", "AIS"), (Pipeline.Answer(result, "MSA-1"), Pipeline.Answer(result, "ERR-3"), Pipeline.Answer(result, "ERR-2")));
    }

    [Fact]
    public void A_segment_with_something_behind_its_name_is_located_by_its_name()
    {
        var result = _engine.Send(Order.Replace("|^^^20260310093000^^R", "", StringComparison.Ordinal).Replace("\rOBR|", "\rTQ1\u0005n|1||||||tomorrow\rOBR|", StringComparison.Ordinal));

        Assert.Equal(("AE", "TQ1^1^7"), (Pipeline.Answer(result, "MSA-1"), result.FirstError!.Location!.ToString()));
    }

    [Theory]
    [InlineData("RE")]
    [InlineData("OK")]
    [InlineData("SC")]
    public void News_about_an_order_that_is_not_known_is_told_to_change_nothing(string control)
    {
        var result = _engine.Send(Order.Replace("ORC|NW|", $"ORC|{control}|", StringComparison.Ordinal).Replace("|RIS|||||||||||\r", "|RIS\r", StringComparison.Ordinal));

        Assert.Equal("AA", Pipeline.Answer(result, "MSA-1"));
        Assert.Equal("204", Pipeline.Answer(result, "ERR-3"));
        Assert.Equal("W", Pipeline.Answer(result, "ERR-4"));
    }

    [Fact]
    public void Every_status_is_a_code_string()
    {
        Assert.All(Enum.GetValues<StepState>(), static state => Assert.Null(VrRules.FindProblem(StepStates.Status(state), VR.CS)));
    }

    private DataSet Entry()
    {
        var changes = EntryCollector.Collect(_engine.Workspace, _engine.Workspace.Changed, new EntryFactory(new WorklistSettings(), Pipeline.Zone), revision: 1);
        return Assert.Single(changes!.Entries).Compose();
    }
}
