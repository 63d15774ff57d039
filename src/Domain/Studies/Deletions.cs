using CloudPacs.Store.Studies;

namespace CloudPacs.Domain.Studies;

/// <summary>What a person deletes, restores, and keeps from being deleted.</summary>
internal static class Deletions
{
    public static void Delete(CommandRun run, StudyRow study, DeleteInstances decision)
    {
        if (LacksReason(run, decision)) return;
        Rejections.Check(run, study, decision.Rejection, decision);
        if (run.Outcome.HasErrors) return;
        if (!Rejections.Hide(run, study, Meant(run, study, decision), decision.Rejection))
            run.Add(RejectionProblems.NothingThere(decision));
    }

    public static void Restore(CommandRun run, StudyRow study, RestoreInstances decision)
    {
        if (LacksReason(run, decision)) return;
        var rows = Meant(run, study, decision).FindAll(static row => row.InstanceState == InstanceState.Rejected);
        if (rows.Exists(static row => row.Rejection is Rejection.PatientSafety or Rejection.IncorrectWorklistEntry)
            && (string.IsNullOrWhiteSpace(decision.ConfirmedBy) || decision.ConfirmedBy == run.Context.Actor))
            run.Add(RejectionProblems.NeedsSecond(decision));
        else if (rows.Exists(static row => row is { Archive: null, Bytes.Length: 0 })) run.Add(RejectionProblems.Erased(decision));
        else if (!Rejections.Restore(run, study, rows)) run.Add(RejectionProblems.NothingThere(decision));
    }

    public static void Hold(CommandRun run, StudyRow study, HoldStudy decision)
    {
        if (LacksReason(run, decision) || study.Hold == decision.Reason) return;
        study.Hold = decision.Reason;
        study.Touch();
        run.Outcome.Record(AuditVerbs.StudyHeld, study.Id);
    }

    public static void EndHold(CommandRun run, StudyRow study, EndHold decision)
    {
        if (LacksReason(run, decision) || study.Hold is null) return;
        study.Hold = null;
        study.Touch();
        run.Outcome.Record(AuditVerbs.StudyHoldEnded, study.Id);
    }

    private static bool LacksReason(CommandRun run, StudyDecision decision)
    {
        if (!string.IsNullOrWhiteSpace(decision.Reason)) return false;
        run.Add(RejectionProblems.NoReason(decision));
        return true;
    }

    private static List<InstanceRow> Meant(CommandRun run, StudyRow study, DeletionDecision decision)
    {
        var series = study.Series.Find(series => series.SeriesInstanceUid == decision.SeriesInstanceUid);
        return
        [
            .. run.Workspace.InstancesOf(study)
                .Where(row => decision.SeriesInstanceUid is null || row.SeriesId == series?.Id)
                .Where(row => decision.SopInstanceUid is null || row.SopInstanceUid == decision.SopInstanceUid)
        ];
    }
}
