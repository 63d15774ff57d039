using CloudPacs.Resources;
using CloudPacs.Store.Orders;
using Xunit;

namespace CloudPacs.Integration.Tests.Orders;

public class OrderPropertyTests
{
    private static readonly string?[] Controls =
    [
        "NW", "NW", "RO", "RP", "RU", "RQ", "XO", "XX", "XR", "CA", "OC", "CR", "DC", "OD", "DR", "HD", "OH", "HR", "RL", "OE", "OR", "SC", "SC", "SC",
        "SN", "NA", "PA", "CH", "SS", "RE", "OK", "UX", "PR", "LI", null, "ZZ",
    ];

    private static readonly string?[] Statuses = [null, "SC", "IP", "A", "CM", "CA", "DC", "HD", "RP", "ER", "??"];

    [Theory]
    [Trait("speed", "slow")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_is_sent_in_whatever_order_the_rows_stay_sound(int seed)
    {
        var random = new Random(seed);
        var clinic = new Clinic { VisitNumber = null };
        var uids = new Dictionary<Guid, string>();
        // Two groups a message on average: 100,000 controls over all seeds.
        for (var i = 0; i < 12_500; i++)
        {
            // A few orders a store, then a fresh one: long histories of the same keys, without endless growth.
            if (i % 250 == 0)
            {
                clinic = new Clinic { VisitNumber = null, Policy = clinic.Policy with { ShareUid = i % 500 == 0, PerGroup = i % 750 == 0, FullSnapshot = i % 1000 == 0 ? true : null } };
                uids.Clear();
            }

            var before = clinic.Steps.ToDictionary(s => s.Id, s => s.StepState);
            var groups = Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomGroup(random)).ToArray();
            clinic.Now = clinic.Now.AddSeconds(random.Next(600));
            clinic.MessageTime = random.Next(3) == 0 ? null : clinic.Now.AddSeconds(-random.Next(900));
            clinic.PatientId = random.Next(20) == 0 ? "MRN2" : "MRN1";

            var outcome = clinic.Send(groups);

            Check(clinic, uids);
            if (!outcome.IsKept) Assert.Equal(before, clinic.Steps.ToDictionary(s => s.Id, s => s.StepState));
            var opens = groups.Any(g => g.Control is "NW" or "RO");
            foreach (var step in clinic.Steps.Where(s => before.ContainsKey(s.Id)))
            {
                if (before[step.Id] == StepState.Completed) Assert.Equal(StepState.Completed, step.StepState);
                if (before[step.Id] >= StepState.Completed && !opens) Assert.True(step.StepState >= StepState.Completed, $"{before[step.Id]} -> {step.StepState}");
            }
        }
    }

    private static void Check(Clinic clinic, Dictionary<Guid, string> uids)
    {
        foreach (var procedure in clinic.Orders.SelectMany(o => o.Procedures))
        {
            Assert.InRange(procedure.AccessionNumber.Value.Length, 1, 16);
            Assert.InRange(procedure.RequestedProcedureId.Length, 1, 16);
            if (!uids.TryAdd(procedure.Id, procedure.StudyInstanceUid)) Assert.Equal(uids[procedure.Id], procedure.StudyInstanceUid);
            Assert.Equal(procedure.Steps.Count, procedure.Steps.Select(s => s.StepId).Distinct().Count());
            foreach (var step in procedure.Steps)
            {
                Assert.InRange(step.StepId.Length, 1, 16);
                Assert.True(step.StepState == StepState.OnHold || step.StateBeforeHold is null, "a state before the hold without a hold");
            }
        }

        foreach (var order in clinic.Orders) Assert.Contains(OrderStatus.ServiceRequest(order), (string[])["draft", "active", "on-hold", "completed", "revoked", "entered-in-error"]);
    }

    private static GroupText RandomGroup(Random random) => new()
    {
        Control = Pick(random, Controls),
        Status = Pick(random, Statuses),
        Placer = Pick(random, null, "P1", "P1", "P2", "P3"),
        Filler = Pick(random, null, null, "F1", "F2"),
        Accession = Pick(random, null, null, "A1", "A2", new string('A', 17)),
        ProcedureId = Pick(random, null, null, "RP1", "RP2"),
        Uid = Pick(random, null, null, null, "1.2.3", "1.2.4"),
        StepId = Pick(random, null, null, "S1", "S2", "S3"),
        Parent = Pick(random, null, null, null, "P1"),
        Code = Pick(random, "CTCHEST", "CTABD"),
        Modality = Pick(random, "CT", "MR", "DX", null),
        Station = Pick(random, "CT1", "", null),
        Start = random.Next(3) == 0 ? null : new DateTime(2026, 3, 10 + random.Next(5), 9, 0, 0),
        Time = random.Next(2) == 0 ? null : new DateTimeOffset(2026, 3, 10, 9, random.Next(60), 0, TimeSpan.Zero),
        IsFillerFeed = random.Next(2) == 0,
        HasProcedure = random.Next(4) != 0,
    };

    private static string? Pick(Random random, params string?[] values) => values[random.Next(values.Length)];
}
