using CloudPacs.Domain.Orders;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Studies;

/// <summary>Applies what a person decides about studies: all of it or nothing.</summary>
public sealed class StudyDecisions(ChangeContext context, IReadOnlyList<StudyDecision> decisions) : CommandSet(context)
{
    public override IReadOnlyList<string> Lanes => [.. decisions.Select(static decision => decision.StudyInstanceUid).Distinct()];

    public override WorkspaceKeys Keys(Guid installation)
    {
        var keys = new WorkspaceKeys();
        foreach (var decision in decisions)
        {
            keys.StudyInstanceUids.Add(decision.StudyInstanceUid);
            if (decision is AcceptImages or HideImages or SplitStudy or MergeStudies or SeparateStudy or DeletionDecision)
                keys.InstancesOfStudies.Add(decision.StudyInstanceUid);
            if (decision is MergeStudies merge) keys.StudyInstanceUids.Add(merge.Into);
            if (decision is not OrderDecision order) continue;
            if (order.PlacerNumber is { } placer) keys.PlacerNumbers.Add(placer.Value);
            if (order.FillerNumber is { } filler) keys.FillerNumbers.Add(filler.Value);
            if (order.AccessionNumber is { } accession) keys.AccessionNumbers.Add(accession.Value);
        }

        return keys;
    }

    /// <summary>The orders that the studies are, or may be, of, and those that their images name; and who they show.</summary>
    public override WorkspaceKeys? MoreKeys(Workspace loaded)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        var keys = new WorkspaceKeys();
        foreach (var decision in decisions)
        {
            if (loaded.FindStudy(decision.StudyInstanceUid) is not { } study) continue;
            if (study.ShownPatientId is { } shown) keys.PatientIds.Add(shown.Value);
            keys.OrderIds.UnionWith(study.Links.Select(static link => link.OrderId));
            StudyRequests.AddKeys(keys, StudyRequests.Of(study));
            if (decision is OrderStudy order) StudyOrders.AddKeys(Context, loaded, study, order, keys);
            if (decision is SplitStudy or MergeStudies or SeparateStudy) StudyMoves.AddKeys(loaded, study, decision, keys);
        }

        return keys.IsEmpty ? null : keys;
    }

    public override Outcome Apply(Workspace workspace, WhyHidden? whyHidden = null) => ApplyAll(workspace, whyHidden, Check, Apply);

    private void Check(CommandRun run)
    {
        if (decisions.Count == 0) run.Add(DecisionProblems.NoDecisions());
    }

    private void Apply(CommandRun run)
    {
        foreach (var decision in decisions)
        {
            if (run.Workspace.FindStudy(decision.StudyInstanceUid) is not { } study) run.Add(DecisionProblems.UnknownStudy(decision));
            else if (study.StudyState != StudyState.Available && decision is OrderDecision or IgnoreStudy or AcceptImages or HideImages
                or SplitStudy or MergeStudies) run.Add(DecisionProblems.IsGone(decision));
            else Apply(run, study, decision);
        }
    }

    private static void Apply(CommandRun run, StudyRow study, StudyDecision decision)
    {
        run.Outcome.Explain(study, decision.Reason);
        switch (decision)
        {
            case AcceptOrder accept: OrderLinks.Accept(run, study, accept, isOnly: false); break;
            case RelinkStudy relink: OrderLinks.Accept(run, study, relink, isOnly: true); break;
            case RejectOrder reject: OrderLinks.Reject(run, study, reject); break;
            case ReconsiderStudy reconsider: OrderLinks.Reconsider(run, study, reconsider); break;
            case OrderStudy order: StudyOrders.Place(run, study, order); break;
            case DeleteInstances delete: Deletions.Delete(run, study, delete); break;
            case RestoreInstances restore: Deletions.Restore(run, study, restore); break;
            case HoldStudy hold: Deletions.Hold(run, study, hold); break;
            case EndHold end: Deletions.EndHold(run, study, end); break;
            case AcceptImages accept: StudyMoves.Accept(run, study, accept); break;
            case HideImages hide: StudyMoves.Hide(run, study, hide); break;
            case SplitStudy split: StudyMoves.Split(run, study, split); break;
            case MergeStudies merge: StudyMoves.Merge(run, study, merge); break;
            case SeparateStudy separate: StudyMoves.Separate(run, study, separate); break;
            case IgnoreStudy ignore: Ignore(run, study, ignore); break;
            default: throw new ArgumentException($"There is no rule for {decision.GetType().Name}.", nameof(decision));
        }
    }

    private static void Ignore(CommandRun run, StudyRow study, IgnoreStudy decision)
    {
        if (!study.IsWaiting)
        {
            run.Add(DecisionProblems.IsLinked(decision));
            return;
        }

        if (!study.Flags.Add(StudyFlags.NoOrder)) return;
        study.Touch();
        run.Outcome.Record(AuditVerbs.StudyIgnored, study.Id);
    }
}
