using CloudPacs.Store;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>What a performed step names: a scheduled step, or why there is none.</summary>
/// <param name="Step">The step; null when none is meant.</param>
/// <param name="HasOrders">Orders with such numbers are there.</param>
/// <param name="IsOfOther">They belong to somebody else than the images.</param>
internal readonly record struct PerformedMatch(StepRow? Step, bool HasOrders, bool IsOfOther)
{
    /// <summary>
    /// The orders that a performed step names: by the accession number, else the study, else a number of the order, as the worklist showed
    /// them. Modalities say most numbers without their authority: a number without one is that of any.
    /// </summary>
    public static IReadOnlyList<OrderRow> Orders(CommandRun run, ScheduledReference reference)
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

    /// <summary>Whether a performed step names the order.</summary>
    public static bool Names(ScheduledReference reference, OrderRow order) =>
        order.Procedures.Exists(procedure => reference.AccessionNumber?.Names(procedure.AccessionNumber) == true
            || procedure.StudyInstanceUid == reference.StudyInstanceUid)
        || (order.PlacerNumber is { } placer && reference.PlacerNumber?.Names(placer) == true)
        || (order.FillerNumber is { } filler && reference.FillerNumber?.Names(filler) == true);

    /// <summary>The step that is meant, of the patient only: nobody's images go to somebody else's order.</summary>
    public static PerformedMatch Of(
        CommandRun run, ScheduledReference reference, Identifier? patientId, IReadOnlyList<OrderRow> orders)
    {
        List<OrderRow> own = [.. orders.Where(order => IsOf(run, order, patientId))];
        return new PerformedMatch(StepOf(reference, own), orders.Count > 0, own.Count == 0 && orders.Count > 0);
    }

    private static bool IsOf(CommandRun run, OrderRow order, Identifier? patientId) =>
        patientId is not { } id || run.Workspace.Survivor(order.PatientId) is not { } owner
        || owner.Identifiers.Exists(held => id.Names(held.Identifier))
        || run.Workspace.Patient(order.PatientId)?.Identifiers.Exists(held => id.Names(held.Identifier)) == true;

    /// <summary>The step by its id; without one the only step there is.</summary>
    private static StepRow? StepOf(ScheduledReference reference, List<OrderRow> orders)
    {
        var procedures = orders.SelectMany(static order => order.Procedures).ToList();
        procedures = OrderMatch.Narrow(procedures, procedure => reference.AccessionNumber?.Names(procedure.AccessionNumber) == true);
        procedures = OrderMatch.Narrow(procedures, procedure => procedure.StudyInstanceUid == reference.StudyInstanceUid);
        procedures = OrderMatch.Narrow(procedures, procedure => procedure.RequestedProcedureId == reference.RequestedProcedureId);
        var steps = procedures.SelectMany(static procedure => procedure.Steps).ToList();
        if (reference.StepId is { } id) return steps.Find(step => StepIds.IsKnownAs(step, id));
        return steps is [var only] ? only : null;
    }
}
