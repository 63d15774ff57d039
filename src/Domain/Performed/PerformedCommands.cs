using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
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

    public override Outcome Apply(Workspace workspace, WhyHidden? whyHidden = null) => ApplyAll(workspace, whyHidden, Check, Apply);

    private void Check(CommandRun run)
    {
        run.Outcome.Add(Report.Faults);
        if (Report.Attributes.Count > PerformedChecks.MaxAttributes) run.Add(PerformedProblems.TooLarge(Report));
    }

    private void Apply(CommandRun run)
    {
        var stored = run.Workspace.FindPerformed(Report.SopInstanceUid);
        switch (PerformedTable.Of(stored, Report, run.Policy))
        {
            case PerformedAction.Begin: Begin(run); break;
            case PerformedAction.BeginUnseen: BeginUnseen(run); break;
            case PerformedAction.CatchUp: CatchUp(run, stored!); break;
            case PerformedAction.Change: Change(run, stored!); break;
            case PerformedAction.End:
                if (Change(run, stored!)) End(run, stored!);
                break;
            case PerformedAction.Repeat: Answer(run, stored!); break;
            case PerformedAction.RefuseUnknown: run.Add(PerformedProblems.Unknown(Report)); break;
            case PerformedAction.RefuseDuplicate: run.Add(PerformedProblems.Duplicate(Report)); break;
            case PerformedAction.RefuseFinal: run.Add(PerformedProblems.Final(Report)); break;
            default: run.Add(PerformedProblems.NotInProgress(Report)); break;
        }

        if (!run.Outcome.HasErrors && run.Workspace.FindPerformed(Report.SopInstanceUid) is { } row) PerformedStudies.Take(run, row);
    }

    private void Begin(CommandRun run)
    {
        var problem = PerformedChecks.AtBegin(Report, run.Policy)
            ?? (Report.IsFinal ? PerformedChecks.AtEnd(Report, Report.Attributes, run.Policy) : null);
        if (problem is not null)
        {
            run.Add(problem);
            return;
        }

        var row = run.Workspace.AddPerformed(Report.SopInstanceUid, Context.Actor, Report.Start ?? Context.Now, Report.Hash);
        if (!Take(run, row, Report.Attributes)) return;
        Describe(run, row, AuditVerbs.PerformedStarted);
        if (Report.IsFinal) End(run, row);
        Link(run, row);
    }

    /// <summary>Something is said of a step whose beginning was lost, or went elsewhere: all of it is kept.</summary>
    private void BeginUnseen(CommandRun run)
    {
        if (Report.IsFinal && PerformedChecks.AtEnd(Report, Report.Attributes, run.Policy) is { } problem)
        {
            run.Add(problem);
            return;
        }

        var start = Report.Start ?? Report.End ?? Context.Now;
        var row = run.Workspace.AddPerformed(Report.SopInstanceUid, Context.Actor, start, createHash: null);
        if (!Take(run, row, Report.Attributes)) return;
        row.End = Report.End;
        Answer(run, row);
        Describe(run, row, AuditVerbs.PerformedChanged);
        if (Report.IsFinal) End(run, row);
        Link(run, row);
    }

    /// <summary>The beginning comes after what became of it.</summary>
    private void CatchUp(CommandRun run, PerformedStepRow row)
    {
        if (PerformedChecks.AtBegin(Report, run.Policy) is { } problem)
        {
            run.Add(problem);
            return;
        }

        var attributes = Report.Attributes.Copy();
        Attributes.Merge(attributes, Attributes.Read(row.Attributes), PerformedChecks.IsSettable);
        if (!Take(run, row, attributes)) return;
        row.CreateHash = Report.Hash;
        row.Start = Report.Start ?? row.Start;
        row.PatientId = null;
        row.Touch();
        Describe(run, row, AuditVerbs.PerformedStarted);
        if (Report.IsFinal && row.PerformedState == PerformedState.InProgress) End(run, row);
        Link(run, row);
    }

    /// <returns>False when there is nothing more to do: it is refused, or was said before.</returns>
    private bool Change(CommandRun run, PerformedStepRow row)
    {
        var attributes = Attributes.Copy(row.Attributes);
        Attributes.Merge(attributes, Report.Attributes, row.CreateHash is null ? null : PerformedChecks.IsSettable);
        if (Report.IsFinal && PerformedChecks.AtEnd(Report, attributes, run.Policy) is { } problem)
        {
            run.Add(problem);
            return false;
        }

        Answer(run, row);
        // A modality that lost the answer says it again: it is done once, and told to others once.
        if (!Report.IsFinal && attributes.IsSameAs(Attributes.Read(row.Attributes))) return false;
        if (!Take(run, row, attributes)) return false;
        row.End = Report.End ?? row.End;
        row.Touch();
        Describe(run, row, AuditVerbs.PerformedChanged);
        return true;
    }

    /// <summary>What a change is told besides its success, also when it comes again.</summary>
    private void Answer(CommandRun run, PerformedStepRow row)
    {
        if (Report.Begins) return;
        if (row.CreateHash is null) run.Add(PerformedProblems.Uncreated(Report, run.Policy.UncreatedSteps));
        else run.Outcome.Add(PerformedChecks.NotTaken(Report));
    }

    /// <returns>False with a problem.</returns>
    private bool Take(CommandRun run, PerformedStepRow row, DataSet attributes)
    {
        row.Attributes = Attributes.Renew(row.Attributes, attributes.Copy()) ?? row.Attributes;
        if (Attributes.Read(row.Attributes).Count <= PerformedChecks.MaxAttributes
            && Attributes.Wire(row.Attributes).Length <= PerformedChecks.MaxBytes) return true;
        run.Add(PerformedProblems.TooLarge(Report));
        return false;
    }

    private void Describe(CommandRun run, PerformedStepRow row, string verb)
    {
        run.Outcome.Record(verb, row.Id);
        run.Outcome.Describe(row, Report);
    }

    /// <summary>The scheduled steps that it performs, and what it waits for.</summary>
    private void Link(CommandRun run, PerformedStepRow row)
    {
        var steps = new List<StepRow>();
        var waits = new List<AwaitedNumber>();
        foreach (var reference in Report.Scheduled)
        {
            var match = PerformedMatch.Of(run, reference, Report.PatientId, PerformedMatch.Orders(run, reference));
            if (match.Step is { } step) steps.Add(step);
            else
            {
                waits.AddRange(WaitingPerformed.AwaitedBy(reference));
                if (match.IsOfOther) run.Add(PerformedProblems.OtherPatient(Report));
                else if (match.HasOrders || reference.StepId is not null) run.Add(PerformedProblems.NoSuchStep(Report));
            }
        }

        row.WaitsFor = [.. waits.Distinct()];
        PerformedEffects.Link(run, row, steps, isLate: false, state => run.Add(PerformedProblems.AlreadyClosed(Report, state)));
        if (row.OrderIds.Count == 0) row.PatientId = PatientOf(run)?.Id;
    }

    /// <summary>Whose images are made; null when nobody, or more than one, has the id.</summary>
    private PatientRow? PatientOf(CommandRun run)
    {
        if (Report.PatientId is not { } known) return null;
        var found = known.HasAuthority ? run.Workspace.FindPatients(known) : run.Workspace.FindPatients(known.Value);
        return found is [var only] ? only : null;
    }

    private void End(CommandRun run, PerformedStepRow row)
    {
        row.PerformedState = Report.State!.Value;
        row.End ??= Report.End ?? Context.Now;
        row.FinalHash = Report.Hash;
        row.Touch();
        var isCompleted = row.PerformedState == PerformedState.Completed;
        run.Outcome.Record(isCompleted ? AuditVerbs.PerformedCompleted : AuditVerbs.PerformedDiscontinued, row.Id);
        foreach (var id in row.StepIds)
        {
            if (run.Workspace.Step(id) is { } step) PerformedEffects.End(run, row, step);
        }
    }
}
