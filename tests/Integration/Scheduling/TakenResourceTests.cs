using CloudPacs.Dicom;
using CloudPacs.Integration.Tests.Messages;
using Xunit;

namespace CloudPacs.Integration.Tests.Scheduling;

/// <summary>Resources of a booking with the action code D (HL7 table 0206) are taken away, and not booked.</summary>
public class TakenResourceTests
{
    private readonly HisLink _his = new(Pipeline.With("tables: { equipment_station+: { CTA: CTA, CTB: CTB, CTC: CTC } }"));

    [Fact]
    public void The_others_are_those_of_the_step()
    {
        _his.Send("ORM^O01", HisLink.Pid("MRN1"), HisLink.Order("NW", "P1^HIS", "ACC1"));

        var reply = _his.Send("SIU^S14", "SCH|A1^HIS||||||||||^^30^20260310110000|||||||||||||||P1^HIS", HisLink.Pid("MRN1"), "RGS|1",
            "AIS|1|D|CT^CT^L|20260310110000", "AIS|2|A|CT^CT^L|20260310120000", "AIG|1|D|CTA", "AIG|2|A|CTB", "AIG|3||CTC", "AIL|1|D|ROOM1", "AIL|2|A|ROOM2",
            "AIP|1|D|7^SMITH^JOHN", "AIP|2|A|8^JONES^MARY");

        var step = HisLink.StepOf(Assert.Single(_his.Entries));
        Assert.Equal(["CTB", "CTC"], step.GetStrings(Tags.ScheduledStationAeTitle));
        Assert.Equal(("120000", "ROOM2", "JONES^MARY"), (step.GetString(Tags.ScheduledProcedureStepStartTime),
            step.GetString(Tags.ScheduledProcedureStepLocation), step.GetString(Tags.ScheduledPerformingPhysicianName)));
        Assert.Equal(("AA", ("207", "W", "AIG^1^2")), (reply.Code, Assert.Single(reply.Problems)));
        var booked = Assert.Single(_his.Resources("Appointment")).ToJsonString();
        Assert.DoesNotContain("SMITH", booked, StringComparison.Ordinal);
        Assert.DoesNotContain("ROOM1", booked, StringComparison.Ordinal);
        Assert.Contains("JONES", booked, StringComparison.Ordinal);
    }
}
