using CloudPacs.Dicom;
using CloudPacs.Integration.Tests.Messages;
using CloudPacs.Settings;
using CloudPacs.Worklist;
using Xunit;

namespace CloudPacs.Integration.Tests.Worklist;

/// <summary>A site whose time zone is set anew: what was ordered stays at its instant.</summary>
public class MovedZoneTests
{
    private readonly HisLink _his = new();

    [Theory]
    [InlineData("UTC", "20260310", "040000", "050000", "+0000")]
    [InlineData("America/New_York", "20260310", "000000", "010000", "-0400")]
    [InlineData("Pacific/Kiritimati", "20260310", "180000", "190000", "+1400")]
    [InlineData("Pacific/Pago_Pago", "20260309", "170000", "180000", "-1100")]
    public void Start_and_end_are_shown_in_the_new_zone(string zone, string date, string start, string end, string offset)
    {
        Place();

        var entry = Entry(zone);

        var step = HisLink.StepOf(entry);
        Assert.Equal(
            [date, start, date, end, offset],
            new[]
            {
                step.GetString(Tags.ScheduledProcedureStepStartDate), step.GetString(Tags.ScheduledProcedureStepStartTime),
                step.GetString(Tags.ScheduledProcedureStepEndDate), step.GetString(Tags.ScheduledProcedureStepEndTime),
                entry.GetString(Tags.TimezoneOffsetFromUtc),
            });
    }

    [Fact]
    public void A_change_under_the_new_zone_moves_only_what_it_names()
    {
        Place();

        var moved = Pipeline.In("America/New_York", _his.Engine.Workspace);
        var there = new HisLink(moved) { SentAt = "20260309230100" };
        Assert.Equal("AA", there.Send("ORM^O01", HisLink.Pid("MRN1"), "ORC|XO|P1^HIS", "OBR|1|P1^HIS||CTCHEST^CT Chest^L|||||||||Call first||||||||||||CT").Code);

        var step = HisLink.StepOf(Entry("Asia/Kolkata"));
        Assert.Equal(("093000", "103000"), (step.GetString(Tags.ScheduledProcedureStepStartTime), step.GetString(Tags.ScheduledProcedureStepEndTime)));
        foreach (var task in _his.Resources("Task"))
        {
            var period = task["executionPeriod"]!;
            Assert.Equal(DateTimeOffset.Parse("2026-03-10T09:30:00+05:30", null), DateTimeOffset.Parse((string)period["start"]!, null));
            Assert.Equal(DateTimeOffset.Parse("2026-03-10T10:30:00+05:30", null), DateTimeOffset.Parse((string)period["end"]!, null));
        }
    }

    [Theory]
    [InlineData("20261101013000-0400", "2026-11-01T05:30:00Z")]
    [InlineData("20261101013000-0500", "2026-11-01T06:30:00Z")]
    public void An_hour_that_there_is_twice_keeps_the_one_that_was_meant(string sent, string instant)
    {
        var there = new HisLink(Pipeline.In("America/New_York"));

        there.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1", sent));

        var row = Assert.Single(there.Engine.Workspace.Rows.OfType<CloudPacs.Store.Orders.StepRow>());
        Assert.Equal(DateTimeOffset.Parse(instant, null), row.Start);
    }

    private void Place() => Assert.Equal(
        "AA",
        _his.Send("ORM^O01", HisLink.Pid("MRN1"), "ORC|NW|P1^HIS|||||^^^20260310093000^20260310103000^R",
            "OBR|1|P1^HIS||CTCHEST^CT Chest^L||||||||||||||ACC1||||||CT|||^^^20260310093000^20260310103000^R").Code);

    /// <summary>The entry as an answer of an engine in that zone shows it.</summary>
    private DataSet Entry(string zone)
    {
        var workspace = _his.Engine.Workspace;
        var factory = new EntryFactory(new WorklistSettings(), TimeZoneInfo.FindSystemTimeZoneById(zone));
        return AnswerData.Of(Assert.Single(EntryCollector.Collect(workspace, workspace.Rows, factory, revision: 1)!.Entries), "CT1");
    }
}
