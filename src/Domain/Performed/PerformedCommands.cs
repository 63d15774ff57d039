using CloudPacs.Store.Performed;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Performed;

/// <summary>Applies what a modality says of a step that it performs: the performed step, and the states of the scheduled ones.</summary>
public sealed class PerformedCommands(ChangeContext context, PerformedReport report) : CommandSet(context)
{
    public PerformedReport Report { get; } = report;

    public override IReadOnlyList<string> Lanes => [Report.SopInstanceUid];

    public override WorkspaceKeys Keys(Guid installation) => PerformedKeys.Of(Report);

    public override WorkspaceKeys? MoreKeys(Workspace loaded) => PerformedKeys.More(Report, Context, loaded);

    public override Outcome Apply(Workspace workspace, WhyHidden? whyHidden = null)
    {
        var run = new CommandRun(workspace, Context, whyHidden);
        run.Outcome.Add(Faults);
        run.Outcome.Add(Report.Faults);
        if (Report.Attributes.Count > PerformedChecks.MaxAttributes) run.Add(PerformedProblems.TooLarge(Report));
        using var savepoint = workspace.Begin();
        if (!run.Outcome.HasErrors) Apply(run);
        if (run.Outcome.HasErrors) run.Outcome.Discard();
        else savepoint.Keep();
        return run.Outcome;
    }

    private void Apply(CommandRun run)
    {
        var stored = run.Workspace.FindPerformed(Report.SopInstanceUid);
        switch (PerformedTable.Of(stored, Report, run.Policy))
        {
            case PerformedAction.Begin: Begin(run); break;
            case PerformedAction.Change: Change(run, stored!); break;
            case PerformedAction.End:
                if (Change(run, stored!)) End(run, stored!);
                break;
            case PerformedAction.Repeat: break;
            case PerformedAction.RefuseUnknown: run.Add(PerformedProblems.Unknown(Report)); break;
            case PerformedAction.RefuseDuplicate: run.Add(PerformedProblems.Duplicate(Report)); break;
            case PerformedAction.RefuseFinal: run.Add(PerformedProblems.Final(Report)); break;
            default: run.Add(PerformedProblems.NotInProgress(Report)); break;
        }
    }

    private void Begin(CommandRun run)
    {
        var isEnded = Report.State is PerformedState.Completed or PerformedState.Discontinued;
        var problem = PerformedChecks.AtBegin(Report, run.Policy)
            ?? (isEnded ? PerformedChecks.AtEnd(Report, Report.Attributes, run.Policy) : null);
        if (problem is not null)
        {
            run.Add(problem);
            return;
        }

        var row = run.Workspace.AddPerformed(Report.SopInstanceUid, Context.Actor, Report.Start ?? Context.Now, Report.Hash);
        var steps = PerformedMatch.Steps(run, Report);
        row.StepIds = [.. steps.Select(static step => step.Id)];
        row.OrderIds = [.. steps.Select(step => run.Workspace.Procedure(step.ProcedureId)!.OrderId).Distinct()];
        row.PatientId = row.OrderIds is [var order, ..]
            ? run.Workspace.Order(order)?.PatientId
            : PerformedMatch.Patient(run, Report.PatientId)?.Id;
        row.Attributes = Attributes.Renew(row.Attributes, Report.Attributes.Copy()) ?? row.Attributes;
        if (!CheckSize(run, row)) return;
        run.Outcome.Record("performed.started", row.Id);
        run.Outcome.Describe(row, Report);
        foreach (var step in steps) PerformedEffects.Start(run, Report, step);
        if (isEnded) End(run, row);
    }

    /// <returns>False with a problem, and nothing is changed.</returns>
    private bool Change(CommandRun run, PerformedStepRow row)
    {
        var attributes = Attributes.Copy(row.Attributes);
        Attributes.Merge(attributes, Report.Attributes, PerformedChecks.IsSettable);
        var isEnded = Report.State is PerformedState.Completed or PerformedState.Discontinued;
        if (isEnded && PerformedChecks.AtEnd(Report, attributes, run.Policy) is { } problem)
        {
            run.Add(problem);
            return false;
        }

        run.Outcome.Add(PerformedChecks.NotTaken(Report));
        row.Attributes = Attributes.Renew(row.Attributes, attributes) ?? row.Attributes;
        if (!CheckSize(run, row)) return false;
        row.End = Report.End ?? row.End;
        row.Touch();
        run.Outcome.Record("performed.changed", row.Id);
        run.Outcome.Describe(row, Report);
        return true;
    }

    private bool CheckSize(CommandRun run, PerformedStepRow row)
    {
        if (Attributes.Read(row.Attributes).Count <= PerformedChecks.MaxAttributes
            && Attributes.Wire(row.Attributes).Length <= PerformedChecks.MaxBytes) return true;
        run.Add(PerformedProblems.TooLarge(Report));
        return false;
    }

    private void End(CommandRun run, PerformedStepRow row)
    {
        row.PerformedState = Report.State!.Value;
        row.End ??= Report.End ?? Context.Now;
        row.FinalHash = Report.Hash;
        row.Touch();
        run.Outcome.Record(row.PerformedState == PerformedState.Completed ? "performed.completed" : "performed.discontinued", row.Id);
        foreach (var id in row.StepIds)
        {
            if (run.Workspace.Step(id) is { } step) PerformedEffects.End(run, Report, row, step);
        }
    }
}
