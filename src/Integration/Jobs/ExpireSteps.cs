using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Integration.Changes;
using CloudPacs.Resources;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Worklist;
using CloudPacs.Store.Workspaces;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Jobs;

/// <summary>The end of the time of steps that nobody began.</summary>
/// <param name="overdue">Steps that may be over; each is judged again by what is stored when the change is applied.</param>
/// <param name="now">Time of judgement.</param>
/// <param name="clock">Time and zone of the site.</param>
/// <param name="settings">How long entries stay.</param>
/// <param name="ids">Ids of audit rows.</param>
internal sealed class ExpireSteps(
    IReadOnlyList<OverdueStep> overdue, DateTimeOffset now, SiteClock clock, WorklistSettings settings, IdSource ids) : Change
{
    /// <summary>Steps that expired.</summary>
    public int Count { get; private set; }

    public override WorkspaceKeys Keys
    {
        get
        {
            var keys = new WorkspaceKeys();
            keys.AccessionNumbers.UnionWith(overdue.Select(static step => step.AccessionNumber));
            keys.StudyInstanceUids.UnionWith(overdue.Select(static step => step.StudyInstanceUid));
            return keys;
        }
    }

    public override IReadOnlyList<string> Lanes { get; } = ["expiry"];

    protected override Effects Apply(Workspace workspace)
    {
        var outcome = StepExpiry.Apply(workspace, overdue.Select(static step => step.StepId), now, settings.KeepVisibleOf);
        Count = outcome.Audit.Count;
        var context = new ChangeContext { Actor = "cloudpacs", Kind = "expiry", ReceivedAt = now, SiteZone = clock.Zone };
        return Count == 0 ? Effects.None : new Effects
        {
            IsKept = true,
            Audit = AuditTrail.Of(outcome.Audit, outcome.Reasons, workspace, context, "expiry", ids),
            Resources = new ResourceContext { Now = clock.Clock.GetUtcNow(), SiteZone = clock.Zone },
        };
    }
}
