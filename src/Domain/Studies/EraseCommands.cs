using CloudPacs.Domain.Patients;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Studies;

/// <summary>Erases what was deleted or rejected so long ago that it cannot be restored any more; that it was there stays known.</summary>
/// <param name="context">What holds for the change.</param>
/// <param name="studyInstanceUid">The study.</param>
/// <param name="rejectedBefore">When it was rejected.</param>
public sealed class EraseCommands(ChangeContext context, string studyInstanceUid, DateTimeOffset rejectedBefore) : CommandSet(context)
{
    public override IReadOnlyList<string> Lanes => [studyInstanceUid];

    /// <summary>The bytes that no row names any more when the commands are applied.</summary>
    public IReadOnlyList<InstanceBytes> Erased { get; private set; } = [];

    public override WorkspaceKeys Keys(Guid installation) => new() { InstancesOfStudies = { studyInstanceUid } };

    public override WorkspaceKeys? MoreKeys(Workspace loaded) => null;

    public override Outcome Apply(Workspace workspace, WhyHidden? whyHidden = null)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var run = new CommandRun(workspace, Context, whyHidden);
        var erased = new List<InstanceBytes>();
        if (workspace.FindStudy(studyInstanceUid) is { } study && !PatientHolds.Include(workspace, study))
        {
            foreach (var row in workspace.InstancesOf(study))
            {
                if (row is not { InstanceState: InstanceState.Rejected, Archive: null, Bytes.Length: > 0 }) continue;
                if (row.RejectedAt >= rejectedBefore) continue;
                erased.Add(row.Bytes);
                row.Bytes = row.Bytes with { Pack = Guid.Empty, Offset = 0, Length = 0, Frames = default };
                row.Touch();
            }

            if (erased.Count > 0) run.Outcome.Record(AuditVerbs.StudyErased, study.Id);
        }

        Erased = erased;
        return run.Outcome;
    }
}
