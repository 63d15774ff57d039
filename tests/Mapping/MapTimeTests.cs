using Xunit;

namespace CloudPacs.Mapping.Tests;

/// <summary>Which zone a time of a message is in.</summary>
public sealed class MapTimeTests
{
    [Theory]
    [InlineData("20260310093000+0530", "20260310083015+0530", "", "20260310", "093000", "2026-03-10T09:30:00+05:30")]
    [InlineData("20260310093000", "20260310083015+0530", "", "20260310", "093000", "2026-03-10T09:30:00+05:30")]
    [InlineData("20260310233000", "20260310083015+0400", "", "20260311", "010000", "2026-03-10T23:30:00+04:00")]
    [InlineData("20260310233000", "20260310083015+0400", "policy: { ignoreMshOffset: true }", "20260310", "233000", "2026-03-10T23:30:00+05:30")]
    [InlineData("20260310233000", "20260310083015", "zone: Asia/Dubai", "20260311", "010000", "2026-03-10T23:30:00+04:00")]
    [InlineData("20260310233000", "20260310083015", "", "20260310", "233000", "2026-03-10T23:30:00+05:30")]
    [InlineData("20260310200000+0000", "20260310083015", "", "20260311", "013000", "2026-03-10T20:00:00+00:00")]
    [InlineData("202603100930", "20260310083015+0530", "", "20260310", "093000", "2026-03-10T09:30:00+05:30")]
    public void A_start_is_local_time_of_the_site_in_the_worklist_and_keeps_its_offset_elsewhere(string start, string msh7, string sender, string date, string time, string instant)
    {
        var (set, _) = MapFiles.Load(("base/own.yaml", """
            map: own@1
            extends: order@1
            per: step
            rules:
              - { id: d, to: mwl.ScheduledProcedureStepSequence/ScheduledProcedureStepStartDate, from: TQ1-7 }
              - { id: t, to: mwl.ScheduledProcedureStepSequence/ScheduledProcedureStepStartTime, from: TQ1-7 | time }
              - { id: s, to: step.start, from: TQ1-7 | time }
            """), ("senders/own.yaml", $"sender: own\nmatch: {{ MSH-3.1: OWN }}\nextends: own@1\n{sender}\n"));

        var order = MapFiles.Order.Replace("20260310093000", start, StringComparison.Ordinal).Replace("20260310083015+0530", msh7, StringComparison.Ordinal);
        var step = set!.Find("own")!.Map(order).Procedures.Single().Steps.Single();

        Assert.Equal(date, MapLanguageTests.Read(step.Attributes, "ScheduledProcedureStepStartDate"));
        Assert.Equal(time, MapLanguageTests.Read(step.Attributes, "ScheduledProcedureStepStartTime"));
        Assert.Equal(date + time, step.Start?.ToString("yyyyMMddHHmmss", null));
        Assert.Equal(instant, step.StartInstant?.ToString("yyyy-MM-dd'T'HH:mm:sszzz", null));
    }

    [Fact]
    public void A_birth_date_is_never_shifted_and_a_partial_one_gives_no_attribute()
    {
        var map = MapFiles.With("patient", "- id: b\n  to: mwl.PatientBirthDate\n  from: PID-7 | date", "zone: Pacific/Kiritimati");
        var header = @"MSH|^~\&|OWN|MERCY|||20260310083015+0530||ADT^A08|1|P|2.5.1";

        Assert.Equal("19800203", MapLanguageTests.Read(map.Map(header + "\rPID|||1||||19800203").Patients.Single().PatientAttributes, "PatientBirthDate"));
        Assert.Null(MapLanguageTests.Read(map.Map(header + "\rPID|||1||||1980").Patients.Single().PatientAttributes, "PatientBirthDate"));
    }

    [Fact]
    public void A_start_that_is_no_time_is_refused_another_time_is_only_warned_of()
    {
        var (set, _) = MapFiles.Load(("base/own.yaml", """
            map: own@1
            extends: order@1
            per: step
            rules:
              - { id: d, to: mwl.ScheduledProcedureStepSequence/ScheduledProcedureStepStartDate, from: TQ1-7 }
              - { id: e, to: mwl.ScheduledProcedureStepSequence/ScheduledProcedureStepEndDate, from: TQ1-7 }
            """), ("senders/own.yaml", "sender: own\nmatch: { MSH-3.1: OWN }\nextends: own@1\n"));

        var mapped = set!.Find("own")!.Map(MapFiles.Order.Replace("20260310093000", "tomorrow", StringComparison.Ordinal));

        var problem = Assert.Single(mapped.Procedures.Single().Steps.Single().Problems);
        Assert.Equal((102, "TQ1^1^7"), (problem.Code, problem.Location?.ToString()));
        Assert.Contains("bad-time 00400004", mapped.Warnings);
    }
}
