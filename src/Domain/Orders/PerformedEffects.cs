using CloudPacs.Dicom;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Performed;

namespace CloudPacs.Domain.Orders;

/// <summary>What a performed step does to the scheduled ones that it performs (IHE RAD TF-2 4.6 and 4.7).</summary>
internal static class PerformedEffects
{
    private const string WrongEntry = "110514"; // Incorrect worklist entry selected (PS3.16 CID 9300)

    /// <summary>Makes scheduled steps those of the performed one, and brings them to its state.</summary>
    /// <param name="run">The run.</param>
    /// <param name="row">The performed step.</param>
    /// <param name="steps">The scheduled ones.</param>
    /// <param name="isLate">It was known before their order was.</param>
    /// <param name="tellClosed">Hears of a step that had been closed.</param>
    public static void Link(
        CommandRun run, PerformedStepRow row, IReadOnlyList<StepRow> steps, bool isLate, Action<StepState>? tellClosed = null)
    {
        var added = steps.Where(step => !row.StepIds.Contains(step.Id)).Distinct().ToList();
        if (added.Count == 0) return;
        row.StepIds = [.. row.StepIds, .. added.Select(static step => step.Id)];
        row.OrderIds = [.. row.StepIds.Select(id => OrderOf(run, id)).OfType<Guid>().Distinct()];
        if (row.OrderIds is [var order, ..]) row.PatientId = run.Workspace.Order(order)?.PatientId;
        row.Touch();
        foreach (var step in added)
        {
            Start(run, step, isLate, tellClosed);
            if (row.PerformedState != PerformedState.InProgress) End(run, row, step, isLate);
        }
    }

    /// <summary>
    /// A step is done when nothing of it is still under way: several may perform one (append). One that was begun for the wrong entry
    /// gives it back.
    /// </summary>
    public static void End(CommandRun run, PerformedStepRow ended, StepRow step, bool isLate = false)
    {
        if (step.StepState != StepState.Started) return;
        var others = OthersOf(run, ended, step);
        if (others.Exists(static row => row.PerformedState == PerformedState.InProgress)) return;
        if (ended.PerformedState == PerformedState.Completed || others.Exists(static row => row.PerformedState == PerformedState.Completed))
        {
            StepMoves.Move(run.Outcome, step, StepState.Completed, isLate ? AuditVerbs.StepWasCompleted : AuditVerbs.StepCompleted);
            return;
        }

        var reasons = Attributes.Read(ended.Attributes).GetItems(Tags.PerformedProcedureStepDiscontinuationReasonCodeSequence);
        if (run.Policy.WrongEntriesReturn && reasons.Any(static reason => reason.GetString(Tags.CodeValue) == WrongEntry))
            StepMoves.Move(run.Outcome, step, StepState.Scheduled, isLate ? AuditVerbs.StepWasReturned : AuditVerbs.StepReturned);
        else
        {
            StepMoves.EndByModality(run.Outcome, step, isLate ? AuditVerbs.StepWasDiscontinued : AuditVerbs.StepDiscontinued);
            var meanings = reasons.Select(static reason => reason.GetString(Tags.CodeMeaning));
            run.Outcome.Explain(step, meanings.FirstOrDefault(static words => words is not null));
        }
    }

    /// <summary>Images are being made, whatever was said of the step before.</summary>
    private static void Start(CommandRun run, StepRow step, bool isLate, Action<StepState>? tellClosed)
    {
        if (step.StepState == StepState.Started) return;
        if (!StepStates.IsOpen(step) || step.StepState == StepState.Expired)
        {
            tellClosed?.Invoke(step.StepState);
            step.Flags.Add("performed-when-closed");
        }

        StepMoves.Move(run.Outcome, step, StepState.Started, isLate ? AuditVerbs.StepWasStarted : AuditVerbs.StepStarted);
    }

    private static Guid? OrderOf(CommandRun run, Guid stepId) =>
        run.Workspace.Step(stepId) is { } step ? run.Workspace.Procedure(step.ProcedureId)?.OrderId : null;

    private static List<PerformedStepRow> OthersOf(CommandRun run, PerformedStepRow ended, StepRow step) =>
        run.Workspace.Procedure(step.ProcedureId) is { } procedure
            ? [.. run.Workspace.PerformedOf(procedure.OrderId).Where(row => row.Id != ended.Id && row.StepIds.Contains(step.Id))]
            : [];
}
