using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Studies;

/// <summary>Brings the resource of a study up to what has come since its last version.</summary>
/// <param name="context">What holds for the change.</param>
/// <param name="id">Row of the study.</param>
/// <param name="studyInstanceUid">Its UID.</param>
public sealed class TellStudyCommands(ChangeContext context, Guid id, string studyInstanceUid) : CommandSet(context)
{
    public override IReadOnlyList<string> Lanes => [studyInstanceUid];

    public override WorkspaceKeys Keys(Guid installation) => new()
    {
        Studies = { studyInstanceUid }, Resources = { ("ImagingStudy", id.ToString()) },
    };

    public override WorkspaceKeys? MoreKeys(Workspace loaded) => null;

    public override Outcome Apply(Workspace workspace, WhyHidden? whyHidden = null)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var run = new CommandRun(workspace, Context, whyHidden);
        if (workspace.FindStudy(studyInstanceUid) is not { } study) return run.Outcome;
        foreach (var series in study.Series.Where(static series => series.Told != series.Instances))
        {
            series.Told = series.Instances;
            series.Touch();
            study.Touch();
        }

        return run.Outcome;
    }
}
