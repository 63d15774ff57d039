using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>A change that brings the code or the text of another procedure alone: no entry shows the one with the other of the former.</summary>
public class CodeAndTextTests
{
    private readonly HisLink _his = new();

    [Fact]
    public void Another_code_alone_takes_the_former_text_away()
    {
        Place();

        var changed = Change("MRHEAD^^L");

        Assert.Equal(("207", "W", "OBR^1^4"), Assert.Single(changed.Problems));
        Assert.Equal(("MRHEAD", null, "MRHEAD", null), Shown());
    }

    [Fact]
    public void Another_text_alone_takes_the_former_code_away()
    {
        Place();

        var changed = Change("^MR Head");

        Assert.Equal(("207", "W", "OBR^1^4"), Assert.Single(changed.Problems));
        Assert.Equal((null, "MR Head", null, "MR Head"), Shown());
    }

    [Theory]
    [InlineData("CTCHEST^^L")]
    [InlineData("CTCHEST^CT Chest^L")]
    [InlineData("^CT Chest")]
    [InlineData("")]
    public void What_says_the_same_leaves_the_other_half(string procedure)
    {
        Place();

        var changed = Change(procedure);

        Assert.Empty(changed.Problems);
        Assert.Equal(("CTCHEST", "CT Chest", "CTCHEST", "CT Chest"), Shown());
        Assert.Equal("CT Chest", Assert.Single(_his.Entries).GetItems(Tags.RequestedProcedureCodeSequence)[0].GetString(Tags.CodeMeaning));
    }

    [Theory]
    [InlineData("ZZ")]
    [InlineData("XX")]
    public void A_status_that_the_table_lacks_costs_nothing_of_the_change(string status)
    {
        Place();

        var changed = _his.Send(
            "ORM^O01", HisLink.Pid("MRN1"),
            HisLink.Order("XO", "P1^HIS", "ACC1").Replace("CTCHEST^CT Chest^L", "MRHEAD^MR Head^L", StringComparison.Ordinal)
                .Replace("P1^HIS|||||^^^", $"P1^HIS|||{status}||^^^", StringComparison.Ordinal));

        Assert.Equal(("103", "W", "ORC^1^5"), Assert.Single(changed.Problems));
        Assert.Equal(("MRHEAD", "MR Head", "MRHEAD", "MR Head"), Shown());
    }

    [Theory]
    [InlineData("CTCHEST^^L", "CTCHEST", "CT Chest", "CT Chest")]
    [InlineData("^CT Chest", "CTCHEST", "CT Chest", "CT Chest")]
    [InlineData("CTCHEST^CT Chest^L", "CTCHEST", "CT Chest", "CT Chest")]
    [InlineData("MRHEAD^^L", "MRHEAD", null, null)]
    [InlineData("^MR Head", null, "MR Head", "MR Head")]
    [InlineData("MRHEAD^MR Head^L", "MRHEAD", "MR Head", "MR Head")]
    public void Resources_show_the_pair_that_the_worklist_shows(string procedure, string? code, string? text, string? stepText)
    {
        Place();

        Change(procedure);

        var order = _his.Resources("ServiceRequest")[0]["code"]!;
        Assert.Equal((code, text), ((string?)order["coding"]?[0]?["code"], (string?)(order["text"] ?? order["coding"]?[0]?["display"])));
        Assert.Equal(stepText, (string?)_his.Resources("Task")[0]["description"]);
    }

    [Theory]
    [InlineData("CTPROC^^L", "CTPROC", null)]
    [InlineData("^Chest procedure", null, "Chest procedure")]
    [InlineData("CTPROC^Chest procedure^L", "CTPROC", "Chest procedure")]
    [InlineData("", "CTCHEST", "CT Chest")]
    public void A_procedure_beside_the_service_is_a_pair_of_its_own(string sent, string? code, string? text)
    {
        var order = HisLink.Order("NW", "P1^HIS", "ACC1").Split('|');
        var last = Array.FindLastIndex(order, static field => field.StartsWith("^^^", StringComparison.Ordinal));
        var group = string.Join('|', order[..(last + 1)]) + new string('|', 17) + sent;

        _his.Send("ORM^O01", HisLink.Pid("MRN1"), group);

        Assert.Equal((code, text), (Shown().Code, Shown().Text));
    }

    [Fact]
    public void A_new_order_that_says_nothing_of_its_procedure_is_told()
    {
        var placed = _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1").Replace("CTCHEST^CT Chest^L", "", StringComparison.Ordinal));

        Assert.Equal("AA", placed.Code);
        Assert.Equal(("101", "W", "OBR^1^4"), Assert.Single(placed.Problems));
    }

    private void Place() => Assert.Empty(_his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1")).Problems);

    private HisReply Change(string procedure) => _his.Send(
        "ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("XO", "P1^HIS", "ACC1").Replace("CTCHEST^CT Chest^L", procedure, StringComparison.Ordinal));

    private (string? Code, string? Text, string? ProtocolCode, string? ProtocolText) Shown()
    {
        var entry = Assert.Single(_his.Entries);
        var step = HisLink.StepOf(entry);
        return (
            CodeOf(entry, Tags.RequestedProcedureCodeSequence), entry.GetString(Tags.RequestedProcedureDescription),
            CodeOf(step, Tags.ScheduledProtocolCodeSequence), step.GetString(Tags.ScheduledProcedureStepDescription));
    }

    private static string? CodeOf(DataSet dataSet, Tag sequence) => dataSet.GetItems(sequence) is [var item, ..] ? item.GetString(Tags.CodeValue) : null;
}
