using CloudPacs.Dicom;
using CloudPacs.Settings;
using CloudPacs.Worklist;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>
/// What cannot be read is no news: the stored value stays and the sender is told (HL7 v2.5.1 2.5.3: only <c>""</c> deletes).
/// </summary>
public sealed class UnreadableValueTests
{
    private readonly Pipeline _engine = new();
    private int _sent;

    [Theory]
    [InlineData("1980-13-45")]
    [InlineData("14.02.1980")]
    [InlineData("UNKNOWN")]
    [InlineData("19800214T")]
    [InlineData("20240230")]
    [InlineData("196203520")]
    public void A_birth_date(string sent)
    {
        Place();

        var (code, place) = Send("ADT^A08", Pid(birth: sent));

        Assert.Equal(("102", "PID^1^7"), (code, place));
        Assert.Equal("19800214", Entry().GetString(Tags.PatientBirthDate));
    }

    [Theory]
    [InlineData("X")]
    [InlineData("MASC")]
    [InlineData("?")]
    [InlineData("1")]
    public void A_sex(string sent)
    {
        Place();

        var (code, place) = Send("ADT^A08", Pid(sex: sent));

        Assert.Equal(("103", "PID^1^8"), (code, place));
        Assert.Equal("F", Entry().GetString(Tags.PatientSex));
    }

    [Theory]
    [InlineData("sixty", "kg", "102")]
    [InlineData("1,000", "kg", "102")]
    [InlineData("-5", "kg", "102")]
    [InlineData("0", "kg", "102")]
    [InlineData("62", "", "101")]
    [InlineData("62", "catty", "103")]
    public void A_weight(string value, string unit, string code)
    {
        Place();

        var told = Send("ORM^O01", Pid(), Order("XO"), Weight(value, unit));

        Assert.Equal((code, "OBX^1^5"), told);
        Assert.Equal("61.5", Entry().GetString(Tags.PatientWeight));
    }

    [Theory]
    [InlineData("Q7")]
    [InlineData("SOON")]
    [InlineData("9")]
    public void A_priority(string sent)
    {
        Place();

        var (code, place) = Send("ORM^O01", Pid(), Order("XO", priority: sent));

        Assert.Equal(("103", "ORC^1^7^1^6"), (code, place));
        Assert.Equal("STAT", Entry().GetString(Tags.RequestedProcedurePriority));
    }

    [Fact]
    public void In_a_new_order_it_is_missing_and_told()
    {
        var told = Send("ORM^O01", Pid(birth: "20240230"), Order("NW"));

        Assert.Equal(("102", "PID^1^7"), told);
        Assert.Null(Entry().GetString(Tags.PatientBirthDate));
    }

    [Theory]
    [InlineData("female ", "F")]
    [InlineData("Male", "M")]
    [InlineData("M ", "M")]
    [InlineData("unknown", null)]
    public void Words_of_the_field_are_read(string sent, string? expected)
    {
        Place();

        Assert.Equal(("", ""), Send("ADT^A08", Pid(sex: sent)));

        Assert.Equal(expected ?? "", Entry().GetString(Tags.PatientSex) ?? "");
    }

    [Theory]
    [InlineData("62,5", "kg", "62.5")]
    [InlineData("62 kg", "", "62")]
    [InlineData("62.5kg", "", "62.5")]
    [InlineData("1000,5", "g", "1.0005")]
    public void Numbers_of_the_field_are_read(string value, string unit, string expected)
    {
        Place();

        Assert.Equal(("", ""), Send("ORM^O01", Pid(), Order("XO"), Weight(value, unit)));

        Assert.Equal(expected, Entry().GetString(Tags.PatientWeight));
    }

    [Theory]
    [InlineData("1981-03-15")]
    [InlineData("1981-03-15T00:00:00")]
    [InlineData("198103150000")]
    [InlineData(" 19810315 ")]
    public void A_birth_date_of_another_form_is_read(string sent)
    {
        Place();

        Assert.Equal(("", ""), Send("ADT^A08", Pid(birth: sent)));

        Assert.Equal("19810315", Entry().GetString(Tags.PatientBirthDate));
    }

    [Fact]
    public void A_deleted_value_is_gone()
    {
        Place();

        Send("ADT^A08", Pid(birth: "\"\"", sex: "\"\""));

        Assert.Equal("", (Entry().GetString(Tags.PatientBirthDate) ?? "") + (Entry().GetString(Tags.PatientSex) ?? ""));
    }

    [Theory]
    [InlineData("XO")]
    [InlineData("XX")]
    public void A_change_without_a_modality_keeps_the_one_that_is_there(string control)
    {
        Place();

        Assert.Equal(("", ""), Send("ORM^O01", Pid(), Order(control, modality: "", procedure: "XYZZY^Nothing known^L", start: "20260310110000")));

        var step = Entry().GetItems(Tags.ScheduledProcedureStepSequence)[0];
        Assert.Equal(("CT", "110000"), (step.GetString(Tags.Modality), step.GetString(Tags.ScheduledProcedureStepStartTime)));
    }

    private void Place() => Assert.Equal(("", ""), Send("ORM^O01", Pid(), Order("NW"), Weight("61.5", "kg")));

    private static string Pid(string birth = "19800214", string sex = "F") => $"PID|1||MRN1^^^MERCY^MR||RAO^ANITA||{birth}|{sex}";

    private static string Order(
        string control, string priority = "S", string modality = "CT", string procedure = "CTCHEST^CT Chest^L", string start = "20260310093000") =>
        $"ORC|{control}|P1^HIS|||||^^^{start}^^{priority}\rOBR|1|P1^HIS||{procedure}||||||||||||||A1||||||{modality}";

    private static string Weight(string value, string unit) => $"OBX|1|NM|29463-7^Body weight^LN||{value}|{unit}";

    /// <summary>Code and place of the warning in the answer; the message is accepted in any case.</summary>
    private (string Code, string Place) Send(string type, params string[] segments)
    {
        var result = _engine.Send($"MSH|^~\\&|HIS|MERCY|CP|CP|2026031008301{_sent}||{type}|M{++_sent}|P|2.5.1\r{string.Join('\r', segments)}\r");
        Assert.Equal("AA", Pipeline.Answer(result, "MSA-1"));
        return (Pipeline.Answer(result, "ERR-3"), Place(result));
    }

    private static string Place(CloudPacs.Integration.Messages.AppliedResult result) =>
        System.Text.Encoding.UTF8.GetString(result.Answers[^1].Span).Split('\r').FirstOrDefault(static line => line.StartsWith("ERR", StringComparison.Ordinal))?.Split('|')[2] ?? "";

    private DataSet Entry()
    {
        var changes = EntryCollector.Collect(_engine.Workspace, _engine.Workspace.Rows, new EntryFactory(new WorklistSettings(), Pipeline.Zone), revision: 1);
        return Assert.Single(changes!.Entries).Compose();
    }
}
