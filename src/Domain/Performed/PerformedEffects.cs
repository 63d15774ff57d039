using CloudPacs.Store.Orders;
using CloudPacs.Store.Performed;

namespace CloudPacs.Domain.Performed;

/// <summary>What a performed step does to a scheduled one (IHE RAD TF-2 4.6 and 4.7).</summary>
internal static class PerformedEffects
{
    /// <summary>Images are being made, whatever was said of the step before.</summary>
    public static void Start(CommandRun run, PerformedReport report, StepRow step)
    {
        if (step.StepState == StepState.Started) return;
        if (!StepStates.IsOpen(step) || step.StepState == StepState.Expired)
        {
            run.Add(PerformedProblems.AlreadyClosed(report, step.StepState));
            step.Flags.Add("performed-when-closed");
        }

        StepMoves.Move(run.Outcome, step, StepState.Started, "step.started");
    }

    /// <summary>
    /// A step is done when nothing of it is still under way: several may perform one (append). One that was begun for the wrong entry
    /// gives it back.
    /// </summary>
    public static void End(CommandRun run, PerformedReport report, PerformedStepRow ended, StepRow step)
    {
        if (step.StepState != StepState.Started) return;
        var others = OthersOf(run, ended, step);
        if (others.Exists(static row => row.PerformedState == PerformedState.InProgress)) return;
        if (ended.PerformedState == PerformedState.Completed || others.Exists(static row => row.PerformedState == PerformedState.Completed))
            StepMoves.Move(run.Outcome, step, StepState.Completed, "step.completed");
        else if (report.IsWrongEntry && run.Policy.WrongEntriesReturn)
            StepMoves.Move(run.Outcome, step, StepState.Scheduled, "step.returned");
        else
        {
            StepMoves.EndByModality(run.Outcome, step);
            run.Outcome.Explain(step, report.Reason);
        }
    }

    private static List<PerformedStepRow> OthersOf(CommandRun run, PerformedStepRow ended, StepRow step) =>
        run.Workspace.Procedure(step.ProcedureId) is { } procedure
            ? [.. run.Workspace.PerformedOf(procedure.OrderId).Where(row => row.Id != ended.Id && row.StepIds.Contains(step.Id))]
            : [];
}
