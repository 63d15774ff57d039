using CloudPacs.Domain.Orders;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Performed;

/// <summary>
/// Finds the scheduled steps, and the patient, that a performed step names. Modalities say numbers as the worklist showed them, most
/// without their authority: a number without one is that of any.
/// </summary>
internal static class PerformedMatch
{
    public static IEnumerable<OrderRow> Orders(CommandRun run, PerformedReport report) =>
        report.Scheduled.SelectMany(reference => Orders(run, reference)).Distinct();

    /// <summary>Those of the patient only: nobody's images go to somebody else's order.</summary>
    public static List<StepRow> Steps(CommandRun run, PerformedReport report)
    {
        var steps = new List<StepRow>();
        foreach (var reference in report.Scheduled)
        {
            var orders = Orders(run, reference);
            var own = orders.Where(order => IsOf(run, order, report.PatientId)).ToList();
            if (own.Count == 0 && orders.Count > 0) run.Add(PerformedProblems.OtherPatient(report));
            else if (Step(reference, own) is { } step) Add(steps, step);
            else if (own.Count > 0 || reference.StepId is not null) run.Add(PerformedProblems.NoSuchStep(report));
        }

        return steps;
    }

    /// <summary>Whose images are made; null when nobody, or more than one, has the id.</summary>
    public static PatientRow? Patient(CommandRun run, Identifier? id)
    {
        if (id is not { } known) return null;
        var found = known.HasAuthority ? run.Workspace.FindPatients(known) : run.Workspace.FindPatients(known.Value);
        return found is [var only] ? only : null;
    }

    private static bool IsOf(CommandRun run, OrderRow order, Identifier? patientId) =>
        patientId is not { } id || run.Workspace.Survivor(order.PatientId) is not { } owner
        || owner.Identifiers.Exists(held => id.Names(held.Identifier))
        || run.Workspace.Patient(order.PatientId)?.Identifiers.Exists(held => id.Names(held.Identifier)) == true;

    /// <summary>By the accession number, else the study, else a number of the order: what the worklist entry said.</summary>
    private static IReadOnlyList<OrderRow> Orders(CommandRun run, ScheduledReference reference)
    {
        var workspace = run.Workspace;
        if (reference.AccessionNumber is { } accession)
        {
            var hits = workspace.FindByAccession(accession.Value)
                .Where(order => order.Procedures.Exists(procedure => accession.Names(procedure.AccessionNumber))).ToList();
            if (hits.Count > 0) return hits;
        }

        if (reference.StudyInstanceUid is { } uid && workspace.FindByStudyUid(uid) is { Count: > 0 } ofStudy) return ofStudy;
        if (reference.PlacerNumber is { } placer && workspace.FindByPlacer(placer.Value) is { Count: > 0 } ofPlacer) return ofPlacer;
        return reference.FillerNumber is { } filler ? workspace.FindByFiller(filler.Value) : [];
    }

    /// <summary>The step by its id; without one the only step there is.</summary>
    private static StepRow? Step(ScheduledReference reference, List<OrderRow> orders)
    {
        var procedures = orders.SelectMany(static order => order.Procedures).ToList();
        procedures = OrderMatch.Narrow(procedures, procedure => reference.AccessionNumber?.Names(procedure.AccessionNumber) == true);
        procedures = OrderMatch.Narrow(procedures, procedure => procedure.StudyInstanceUid == reference.StudyInstanceUid);
        procedures = OrderMatch.Narrow(procedures, procedure => procedure.RequestedProcedureId == reference.RequestedProcedureId);
        var steps = procedures.SelectMany(static procedure => procedure.Steps).ToList();
        if (reference.StepId is { } id) return steps.Find(step => step.StepId == id);
        return steps is [var only] ? only : null;
    }

    private static void Add(List<StepRow> steps, StepRow step)
    {
        if (!steps.Contains(step)) steps.Add(step);
    }
}
