using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>Two quotation marks delete (HL7 v2.5.1 2.5.3); where nothing can be deleted, that is told.</summary>
public class DeletedFieldTests
{
    private readonly HisLink _his = new();

    [Fact]
    public void A_comment_is_deleted()
    {
        Send("NW", note: "Fasting since midnight");
        Assert.Equal("Fasting since midnight", Step().GetString(Tags.CommentsOnTheScheduledProcedureStep));

        var changed = Send("XO", note: "\"\"");

        Assert.Empty(changed.Problems);
        Assert.Null(Step().GetString(Tags.CommentsOnTheScheduledProcedureStep));
        Assert.Null(_his.Entries[0].GetString(Tags.RequestedProcedureComments));
    }

    [Fact]
    public void A_comment_of_several_lines_of_which_one_is_empty_is_what_the_others_say()
    {
        Send("NW", note: "Fasting since midnight");

        Send("XO", note: "\"\"\rNTE|2||Second line");

        Assert.Equal("Second line", Step().GetString(Tags.CommentsOnTheScheduledProcedureStep));
    }

    [Theory]
    [InlineData(18, "OBR^1^18")]
    [InlineData(24, "OBR^1^24")]
    public void What_an_entry_cannot_be_without_stays_and_that_is_told(int field, string place)
    {
        Send("NW");

        var changed = Send("XO", field, "\"\"");

        Assert.Equal(("103", "W", place), Assert.Single(changed.Problems));
        Assert.Equal(("ACC1", "CT"), (_his.Entries[0].GetString(Tags.AccessionNumber), Step().GetString(Tags.Modality)));
    }

    [Fact]
    public void So_does_the_start()
    {
        Send("NW");

        var changed = Send("XO", 27, "\"\"");

        Assert.Equal(("103", "W", "OBR^1^27"), Assert.Single(changed.Problems));
        Assert.Equal("093000", Step().GetString(Tags.ScheduledProcedureStepStartTime));
    }

    [Fact]
    public void The_time_of_day_of_a_start_without_one_is_told()
    {
        var placed = Send("NW", 27, "^^^20260312^^R");

        Assert.Equal(("102", "W", "OBR^1^27"), Head(Assert.Single(placed.Problems)));
        Assert.Equal(("20260312", "000000"), (Step().GetString(Tags.ScheduledProcedureStepStartDate), Step().GetString(Tags.ScheduledProcedureStepStartTime)));
    }

    [Theory]
    [InlineData(4, @"CTCHEST^CT \E\ Chest^L")]
    [InlineData(16, @"77^DR\E\SMITH^JOHN")]
    public void A_backslash_in_a_text_is_told(int field, string value)
    {
        var placed = Send("NW", field, value);

        Assert.Equal("AA", placed.Code);
        Assert.All(placed.Problems, static problem => Assert.Equal(("102", "W"), (problem.Code, problem.Severity)));
        Assert.Contains(placed.Problems, problem => problem.Place.StartsWith($"OBR^1^{field}", StringComparison.Ordinal));
    }

    /// <summary>Without the component.</summary>
    private static (string Code, string Severity, string Place) Head((string Code, string Severity, string Place) problem) =>
        (problem.Code, problem.Severity, string.Join('^', problem.Place.Split('^')[..3]));

    private DataSet Step() => HisLink.StepOf(Assert.Single(_his.Entries));

    private HisReply Send(string control, int field = 0, string value = "", string? note = null)
    {
        var fields = HisLink.Fields("OBR", (1, "1"), (2, "P1^HIS"), (4, "CTCHEST^CT Chest^L"), (18, "ACC1"), (24, "CT"), (27, "^^^20260310093000^^R"));
        if (field > 0) fields[field] = value;
        return _his.Send(
            "ORM^O01", HisLink.Pid("MRN1"), $"ORC|{control}|P1^HIS", string.Join('|', fields) + (note is null ? "" : $"\rNTE|1||{note}"));
    }
}
