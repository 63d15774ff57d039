using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Studies;

/// <summary>
/// Another archive does not list instances any more, or their bytes here are lost: they are not shown, and are kept in mind, as they may
/// come back. Only a person gives them up.
/// </summary>
/// <param name="context">What holds for the change.</param>
/// <param name="archive">The archive; null for this one.</param>
/// <param name="studyInstanceUid">The study.</param>
/// <param name="instances">SOP Instance UIDs.</param>
public sealed class LostInstanceCommands(
    ChangeContext context, string? archive, string studyInstanceUid, IReadOnlyList<string> instances) : CommandSet(context)
{
    /// <summary>The flag of studies of which instances are missing.</summary>
    public const string Flag = "missing-in-archive";

    public override IReadOnlyList<string> Lanes => [studyInstanceUid];

    public override WorkspaceKeys Keys(Guid installation)
    {
        var keys = new WorkspaceKeys { Studies = { studyInstanceUid } };
        keys.SopInstanceUids.UnionWith(instances);
        return keys;
    }

    public override WorkspaceKeys? MoreKeys(Workspace loaded)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        return loaded.FindStudy(studyInstanceUid) is { } study
            ? new WorkspaceKeys { Resources = { ("ImagingStudy", study.IdText) } }
            : null;
    }

    public override Outcome Apply(Workspace workspace, WhyHidden? whyHidden = null)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var run = new CommandRun(workspace, Context, whyHidden);
        if (workspace.FindStudy(studyInstanceUid) is not { } study) return run.Outcome;
        var isNews = false;
        foreach (var uid in instances)
        {
            if (workspace.FindInstance(uid) is not { InstanceState: InstanceState.Shown } row || row.Archive != archive) continue;
            row.InstanceState = InstanceState.Missing;
            row.Touch();
            isNews = true;
            if (study.Series.Find(series => series.Id == row.SeriesId) is not { } series) continue;
            series.Instances--;
            series.Told = series.Instances;
            series.Touch();
        }

        if (!isNews) return run.Outcome;
        study.Flags.Add(Flag);
        study.Touch();
        run.Outcome.Record(AuditVerbs.StudyMissing, study.Id);
        return run.Outcome;
    }
}
