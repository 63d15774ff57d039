using CloudPacs.Domain.Orders;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Studies;

/// <summary>
/// Under which keys rows are looked for when an instance is stored. Most are one more of a study that is known: then nothing of its patient
/// and orders is needed.
/// </summary>
internal static class StudyKeys
{
    public static WorkspaceKeys Of(InstanceDetails instance, RejectionNote? note)
    {
        var keys = new WorkspaceKeys();
        keys.Studies.Add(instance.StudyInstanceUid);
        keys.SeriesInstanceUids.Add(instance.SeriesInstanceUid);
        keys.SopInstanceUids.Add(instance.SopInstanceUid);
        if (note is null) return keys;
        keys.InstancesOfStudies.UnionWith(note.Listed.Select(static one => one.Study));
        keys.SeriesInstanceUids.UnionWith(note.Listed.Select(static one => one.Series).OfType<string>());
        keys.SopInstanceUids.UnionWith(note.Listed.Select(static one => one.Instance));
        return keys;
    }

    /// <summary>For a new study, or one that says something new: its patient and the orders that it may be of.</summary>
    public static WorkspaceKeys? More(InstanceDetails instance, RejectionNote? note, Workspace loaded)
    {
        if (loaded.FindStudy(instance.StudyInstanceUid)?.MergedInto is { } survivor && MovedStudies.IsUnread(loaded, survivor))
            return new WorkspaceKeys { Studies = { survivor } };
        var study = MovedStudies.Find(loaded, instance.StudyInstanceUid, instance.SeriesInstanceUid);
        if (study is not null && study.StudyInstanceUid != instance.StudyInstanceUid
            && MovedStudies.IsUnread(loaded, study.StudyInstanceUid)) return new WorkspaceKeys { Studies = { study.StudyInstanceUid } };
        var requests = StudyRequests.Read(instance.Header);
        var isKnown = study is { StudyState: StudyState.Available } && study.ShownPatientId == instance.PatientId
            && requests.All(StudyRequests.Of(study).Contains);
        var isJudged = note is null && IsJudged(instance, loaded);
        if (isKnown && !isJudged && note is null && !study!.Flags.Contains(LostInstanceCommands.Flag)
            && study.Series.Exists(series => series.SeriesInstanceUid == instance.SeriesInstanceUid)) return null;
        var keys = new WorkspaceKeys();
        // The resource of the study names its series, and says what is missing.
        if (study is not null) keys.Resources.Add(("ImagingStudy", study.IdText));
        if (note is not null) AddRejected(keys, note, loaded);
        if (isJudged) keys.InstancesOfStudies.Add(study?.StudyInstanceUid ?? instance.StudyInstanceUid);
        if (!isKnown) AddNews(keys, instance, requests, study, loaded);
        return keys;
    }

    private static void AddNews(
        WorkspaceKeys keys, InstanceDetails instance, IReadOnlyList<StudyRequest> requests, StudyRow? study, Workspace loaded)
    {
        keys.StudyInstanceUids.Add(study?.StudyInstanceUid ?? instance.StudyInstanceUid);
        if (instance.PatientId is { } patient) keys.PatientIds.Add(patient.Value);
        if (study?.ShownPatientId is { } known) keys.PatientIds.Add(known.Value);
        if (ShownNumbers.VisitNumber(instance.Header) is { } visit) keys.VisitNumbers.Add(visit.Value);
        if (instance.PerformedStepUid is { } performed) keys.PerformedUids.Add(performed);
        StudyRequests.AddKeys(keys, requests.Concat(study is null ? [] : StudyRequests.Of(study)));
        if (instance.PerformedStepUid is { } uid && loaded.Declares(keys) && loaded.FindPerformed(uid) is { } step)
            keys.OrderIds.UnionWith(step.OrderIds);
    }

    private static void AddRejected(WorkspaceKeys keys, RejectionNote note, Workspace loaded)
    {
        foreach (var study in Rejections.StudiesOf(loaded, note))
        {
            keys.InstancesOfStudies.Add(study.StudyInstanceUid);
            keys.Resources.Add(("ImagingStudy", study.IdText));
        }
    }

    /// <summary>
    /// Whether a note rejected it before it came, or it comes again after its time was over: its study is looked at as a whole.
    /// </summary>
    private static bool IsJudged(InstanceDetails instance, Workspace loaded) =>
        loaded.AwaitedRejections(instance.SopInstanceUid).Count > 0
        || loaded.FindInstance(instance.SopInstanceUid)?.Rejection == Rejection.RetentionExpired;
}
