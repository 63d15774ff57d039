using CloudPacs.Store.Orders;
using CloudPacs.Store.Performed;

namespace CloudPacs.Domain.Orders;

/// <summary>Performed steps that came before the order that they name (a patient who was examined before anybody ordered it).</summary>
internal static class WaitingPerformed
{
    /// <summary>
    /// After that time an order with the same numbers is another one, unless it has the study that was made: departments use numbers again.
    /// </summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);

    /// <summary>Links those that name one of the orders that a command was about, and brings its steps to their state.</summary>
    public static void Take(OrderRun run)
    {
        if (run.Orders.Count == 0 || run.Outcome.HasErrors) return;
        foreach (var performed in Find(run))
        {
            var attributes = Attributes.Read(performed.Attributes);
            var steps = new List<StepRow>();
            var waits = new List<AwaitedNumber>();
            foreach (var reference in ScheduledReference.AllOf(attributes))
            {
                if (!AwaitedBy(reference).All(performed.WaitsFor.Contains)) continue;
                List<OrderRow> orders = [.. run.Orders.Where(order => IsFor(run, performed, reference, order))];
                var patientId = ScheduledReference.PatientOf(attributes);
                if (PerformedMatch.Of(run.Run, reference, patientId, orders).Step is { } step) steps.Add(step);
                else waits.AddRange(AwaitedBy(reference));
            }

            if (steps.Count == 0) continue;
            performed.WaitsFor = waits;
            PerformedEffects.Link(run.Run, performed, steps, isLate: true);
            run.Outcome.Record(AuditVerbs.PerformedLinked, performed.Id);
            PerformedStudies.Take(run.Run, performed);
        }
    }

    /// <summary>Those that may be meant.</summary>
    public static IReadOnlyList<PerformedStepRow> Find(OrderRun run) => run.Workspace.FindWaitingPerformed(Numbers(run.Keys));

    /// <inheritdoc cref="Find(OrderRun)"/>
    public static IReadOnlyList<PerformedStepRow> Find(CommandRun run, OrderKeys keys) => run.Workspace.FindWaitingPerformed(Numbers(keys));

    /// <summary>The numbers by which an order that is not known is waited for.</summary>
    public static IEnumerable<AwaitedNumber> AwaitedBy(ScheduledReference reference) => Numbers(
        reference.PlacerNumber?.Value, reference.FillerNumber?.Value, reference.AccessionNumber?.Value, reference.StudyInstanceUid);

    private static bool IsFor(OrderRun run, PerformedStepRow performed, ScheduledReference reference, OrderRow order) =>
        PerformedMatch.Names(reference, order)
        && (run.Context.ReceivedAt - performed.Start <= LongestWait
            || order.Procedures.Exists(procedure => procedure.StudyInstanceUid == reference.StudyInstanceUid));

    private static IEnumerable<AwaitedNumber> Numbers(OrderKeys keys) =>
        Numbers(keys.Placer?.Value, keys.Filler?.Value, keys.Accession?.Value, keys.StudyInstanceUid);

    private static IEnumerable<AwaitedNumber> Numbers(string? placer, string? filler, string? accession, string? study)
    {
        if (placer is not null) yield return new AwaitedNumber(AwaitedKind.Placer, placer);
        if (filler is not null) yield return new AwaitedNumber(AwaitedKind.Filler, filler);
        if (accession is not null) yield return new AwaitedNumber(AwaitedKind.Accession, accession);
        if (study is not null) yield return new AwaitedNumber(AwaitedKind.Study, study);
    }
}
