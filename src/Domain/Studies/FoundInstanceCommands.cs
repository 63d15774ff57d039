using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Studies;

/// <summary>The bytes of instances that were lost are there after all, as when a disk was away: the instances are shown again.</summary>
/// <param name="context">What holds for the change.</param>
/// <param name="studyInstanceUid">The study.</param>
/// <param name="instances">SOP Instance UIDs.</param>
public sealed class FoundInstanceCommands(ChangeContext context, string studyInstanceUid, IReadOnlyList<string> instances)
    : CommandSet(context)
{
    public override IReadOnlyList<string> Lanes => [studyInstanceUid];

    public override WorkspaceKeys Keys(Guid installation) => new() { InstancesOfStudies = { studyInstanceUid } };

    public override WorkspaceKeys? MoreKeys(Workspace loaded) => null;

    public override Outcome Apply(Workspace workspace, WhyHidden? whyHidden = null)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var run = new CommandRun(workspace, Context, whyHidden);
        if (workspace.FindStudy(studyInstanceUid) is not { } study) return run.Outcome;
        var rows = workspace.InstancesOf(study);
        var isNews = false;
        foreach (var row in rows)
        {
            if (row is not { InstanceState: InstanceState.Missing, Archive: null } || !instances.Contains(row.SopInstanceUid)) continue;
            row.InstanceState = InstanceState.Shown;
            row.Touch();
            isNews = true;
            if (study.Series.Find(series => series.Id == row.SeriesId) is not { } series) continue;
            series.Instances++;
            series.Told = series.Instances;
            series.Touch();
        }

        if (!isNews) return run.Outcome;
        if (!rows.Any(static row => row.InstanceState == InstanceState.Missing)) study.Flags.Remove(LostInstanceCommands.Flag);
        study.Touch();
        run.Outcome.Record(AuditVerbs.StudyFound, study.Id);
        return run.Outcome;
    }
}
