using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Store;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Studies;

/// <summary>Hides instances, and shows them again; what that means for their study.</summary>
internal static class Rejections
{
    /// <summary>A note is kept in mind this long for instances that it has overtaken.</summary>
    private static readonly TimeSpan Awaited = TimeSpan.FromHours(24);

    /// <summary>Hides what a note lists; what has not come is hidden when it does.</summary>
    /// <param name="run">The run.</param>
    /// <param name="note">The note.</param>
    /// <param name="instance">The same, as the part that a problem is about.</param>
    public static void Apply(CommandRun run, RejectionNote note, InstanceDetails instance)
    {
        var rows = note.Listed.Select(one => run.Workspace.FindInstance(one.Instance)).OfType<InstanceRow>().ToList();
        var studies = StudiesOf(run.Workspace, note);
        foreach (var study in studies)
        {
            if (!StudyAdmission.Admits(run, study, instance)) return;
            Check(run, study, note.Rejection, instance);
        }

        if (run.Outcome.HasErrors) return;
        foreach (var study in studies)
        {
            var own = study.Series.Select(static series => series.Id).ToHashSet();
            Hide(run, study, rows.FindAll(row => own.Contains(row.SeriesId)), note.Rejection);
        }

        foreach (var uid in note.Listed.Select(static one => one.Instance).Distinct())
        {
            if (run.Workspace.FindInstance(uid) is not null || IsAwaited(run, uid)) continue;
            run.Workspace.AddAwaitedRejection(id => new AwaitedRejection(id)
            {
                SopInstanceUid = uid, Rejection = note.Rejection, ReceivedAt = run.Context.ReceivedAt,
                Facility = run.Context.CallerFacility,
            });
        }
    }

    /// <summary>The studies of what a note lists, also those that its series were moved to.</summary>
    public static IReadOnlyList<StudyRow> StudiesOf(Workspace workspace, RejectionNote note)
    {
        var named = note.Listed.Select(static one => one.Study).Distinct().Select(workspace.FindStudy);
        var moved = note.Listed.Select(static one => one.Series).OfType<string>().Distinct().Select(workspace.FindSeries)
            .OfType<SeriesRow>().Select(series => workspace.Study(series.StudyId));
        return [.. named.Concat(moved).OfType<StudyRow>().Distinct()];
    }

    /// <summary>Why nothing of a study may be hidden, if so.</summary>
    public static void Check(CommandRun run, StudyRow study, Rejection rejection, Details part)
    {
        if (PatientHolds.Include(run.Workspace, study)) run.Add(RejectionProblems.OnHold(part));
        else if (rejection == Rejection.RetentionExpired && !run.Context.Retention.IsOver(study, run.Context.ReceivedAt))
            run.Add(RejectionProblems.NotExpired(part));
    }

    /// <summary>
    /// The rejection of an instance that comes only now; null when there is none, it is too long ago, or its sender does not see the study.
    /// </summary>
    public static AwaitedRejection? Awaiting(CommandRun run, StudyRow study, string sopInstanceUid) =>
        run.Workspace.AwaitedRejections(sopInstanceUid).FirstOrDefault(row =>
            run.Context.ReceivedAt - row.ReceivedAt < Awaited && FacilityRule.Admits(row.Facility, study.Facility));

    private static bool IsAwaited(CommandRun run, string sopInstanceUid) =>
        run.Workspace.AwaitedRejections(sopInstanceUid).Any(row => row.Facility == run.Context.CallerFacility);

    /// <returns>Whether anything was hidden that was not.</returns>
    public static bool Hide(CommandRun run, StudyRow study, IEnumerable<InstanceRow> rows, Rejection rejection)
    {
        var isNews = false;
        foreach (var row in rows)
        {
            if (row.InstanceState is InstanceState.Rejected or InstanceState.Note) continue;
            Count(study, row, row.InstanceState == InstanceState.Shown ? -1 : 0);
            (row.StateBefore, row.InstanceState) = (row.InstanceState, InstanceState.Rejected);
            (row.Rejection, row.RejectedAt) = (rejection, run.Context.ReceivedAt);
            row.Touch();
            isNews = true;
        }

        if (!isNews) return false;
        Settle(run, study);
        run.Outcome.Record(rejection == Rejection.Deleted ? AuditVerbs.StudyDeleted : AuditVerbs.StudyRejected, study.Id);
        return true;
    }

    /// <returns>Whether anything is as it was before.</returns>
    public static bool Restore(CommandRun run, StudyRow study, IEnumerable<InstanceRow> rows)
    {
        var isNews = false;
        foreach (var row in rows.Where(static row => row.InstanceState == InstanceState.Rejected))
        {
            row.InstanceState = row.StateBefore ?? InstanceState.Shown;
            (row.StateBefore, row.Rejection, row.RejectedAt) = (null, null, null);
            row.Touch();
            Count(study, row, row.InstanceState == InstanceState.Shown ? 1 : 0);
            isNews = true;
        }

        if (!isNews) return false;
        Settle(run, study);
        run.Outcome.Record(AuditVerbs.StudyRestored, study.Id);
        return true;
    }

    private static void Count(StudyRow study, InstanceRow row, int change)
    {
        if (change == 0 || study.Series.Find(series => series.Id == row.SeriesId) is not { } series) return;
        series.Instances += change;
        series.Told = series.Instances;
        series.Touch();
    }

    /// <summary>
    /// A study of which everything is rejected is cancelled, or never was (PS3.16 CID 7011): then it was made for no order either.
    /// </summary>
    private static void Settle(CommandRun run, StudyRow study)
    {
        study.Touch();
        var rows = run.Workspace.InstancesOf(study).Where(static row => row.InstanceState != InstanceState.Note).ToList();
        var before = study.StudyState;
        if (rows.Exists(static row => row.InstanceState != InstanceState.Rejected)) study.StudyState = StudyState.Available;
        else if (rows.Exists(static row => row.Rejection is Rejection.Quality or Rejection.RetentionExpired))
            study.StudyState = StudyState.Cancelled;
        else study.StudyState = StudyState.EnteredInError;
        if (before == StudyState.EnteredInError && study.StudyState == StudyState.Available)
            StudyLinks.Find(run, study, [.. StudyRequests.Orders(run.Workspace, study)], performed: []);
        if (study.StudyState != StudyState.EnteredInError || before == study.StudyState) return;
        foreach (var link in study.Links.Where(static link => link is { LinkState: LinkState.Linked, Rule: not LinkRule.Person }))
        {
            link.LinkState = LinkState.Withdrawn;
            link.Touch();
        }
    }
}
