using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Studies;

/// <summary>What a person decides about what is in quarantine.</summary>
/// <param name="context">Who decides, and when.</param>
/// <param name="id">Its row.</param>
/// <param name="release">The instance that it is, to be taken in; null when it is given up.</param>
/// <param name="reason">Why.</param>
public sealed class QuarantineCommands(ChangeContext context, Guid id, StudyCommands? release, string reason) : CommandSet(context)
{
    public override IReadOnlyList<string> Lanes => release?.Lanes ?? [id.ToString()];

    public override WorkspaceKeys Keys(Guid installation)
    {
        var keys = release?.Keys(installation) ?? new WorkspaceKeys();
        keys.Quarantined.Add(id);
        return keys;
    }

    public override WorkspaceKeys? MoreKeys(Workspace loaded) => release?.MoreKeys(loaded);

    public override Outcome Apply(Workspace workspace, WhyHidden? whyHidden = null) =>
        ApplyAll(workspace, whyHidden, static _ => { }, run => Apply(run, workspace, whyHidden));

    private void Apply(CommandRun run, Workspace workspace, WhyHidden? whyHidden)
    {
        if (workspace.Quarantined(id) is not { } row)
        {
            run.Add(QuarantineProblems.Unknown());
            return;
        }

        if (row.QuarantineState != QuarantineState.Held)
        {
            run.Add(QuarantineProblems.Decided());
            return;
        }

        if (release is not null && !Release(run, workspace, whyHidden)) return;
        row.QuarantineState = release is null ? QuarantineState.Dropped : QuarantineState.Released;
        (row.DecidedBy, row.DecidedAt, row.Decision) = (Context.Actor, Context.ReceivedAt, reason);
        row.Touch();
        run.Outcome.Explain(row, reason);
        if (release is null) run.Outcome.Record(AuditVerbs.InstanceDropped, row.Id);
    }

    /// <returns>Whether it is an instance now, or was one already.</returns>
    private bool Release(CommandRun run, Workspace workspace, WhyHidden? whyHidden)
    {
        var part = release!.Apply(workspace, whyHidden);
        if (release.Fate == InstanceFate.Aside)
        {
            run.Add(QuarantineProblems.StillRefused(part.Problems is [var first, ..] ? first : null));
            return false;
        }

        run.Outcome.Absorb(part);
        var study = MovedStudies.Find(workspace, release.Instance.StudyInstanceUid, release.Instance.SeriesInstanceUid)!;
        run.Outcome.Explain(study, reason);
        if (release.Replaced is not { } before)
        {
            run.Outcome.Record(AuditVerbs.StudyInstanceReleased, study.Id);
            return true;
        }

        workspace.AddQuarantined(id => new QuarantinedRow(id)
        {
            ReceivedAt = Context.ReceivedAt, Sender = Context.Actor, Facility = study.Facility,
            SopInstanceUid = release.Instance.SopInstanceUid,
            Code = "STU-013", Reason = "Another one took its place, as a person has decided.",
            Pack = before.Pack, Offset = before.Offset, Length = before.Length,
        });
        return true;
    }
}
