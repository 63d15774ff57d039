using CloudPacs.Store.Orders;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Orders;

/// <summary>Steps that nobody began in time expire: they are off the worklist, and still open for a new time.</summary>
public static class StepExpiry
{
    /// <param name="workspace">The rows of the steps with their orders and visits.</param>
    /// <param name="steps">Steps to judge.</param>
    /// <param name="now">Time of judgement.</param>
    /// <param name="keepVisible">How long a step stays after its start, by the patient class of its visit (PV1-2), or null without a
    /// visit.</param>
    /// <returns>An act for each that expired.</returns>
    public static Outcome Apply(Workspace workspace, IEnumerable<Guid> steps, DateTimeOffset now, Func<string?, TimeSpan> keepVisible)
    {
        var outcome = new Outcome();
        foreach (var step in steps.Select(workspace.Step).OfType<StepRow>().ToList())
        {
            if (!IsWaiting(step) || step.Start + keepVisible(ClassOf(workspace, step)) >= now) continue;
            StepMoves.Move(outcome, step, StepState.Expired, AuditVerbs.StepExpired);
        }

        return outcome;
    }

    private static bool IsWaiting(StepRow step) =>
        StepStates.IsOpen(step) && !StepStates.IsUnderWay(step) && step.StepState != StepState.Expired;

    private static string? ClassOf(Workspace workspace, StepRow step) =>
        workspace.Procedure(step.ProcedureId) is { } procedure && workspace.Order(procedure.OrderId)?.VisitId is { } visit
            ? workspace.Visit(visit)?.PatientClass
            : null;
}
