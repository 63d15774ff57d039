using CloudPacs.Domain.Orders;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Studies;

/// <summary>
/// Under which keys rows are looked for when an instance is stored. Most are one more of a study that is known: then nothing of its patient
/// and orders is needed.
/// </summary>
internal static class StudyKeys
{
    public static WorkspaceKeys Of(InstanceDetails instance)
    {
        var keys = new WorkspaceKeys();
        keys.Studies.Add(instance.StudyInstanceUid);
        keys.SeriesInstanceUids.Add(instance.SeriesInstanceUid);
        keys.SopInstanceUids.Add(instance.SopInstanceUid);
        return keys;
    }

    /// <summary>For a new study, or one that says something new: its patient and the orders that it may be of.</summary>
    public static WorkspaceKeys? More(InstanceDetails instance, Workspace loaded)
    {
        var requests = StudyRequests.Read(instance.Header);
        var study = loaded.FindStudy(instance.StudyInstanceUid);
        if (study is not null && study.ShownPatientId == instance.PatientId && requests.All(StudyRequests.Of(study).Contains))
        {
            var isKnown = study.Series.Exists(series => series.SeriesInstanceUid == instance.SeriesInstanceUid);
            if (isKnown && !study.Flags.Contains(LostInstanceCommands.Flag)) return null;
            // The resource of the study names its series, and says what is missing.
            var shown = new WorkspaceKeys();
            shown.Resources.Add(("ImagingStudy", study.IdText));
            return shown;
        }

        var keys = new WorkspaceKeys();
        if (study is not null) keys.Resources.Add(("ImagingStudy", study.IdText));
        keys.StudyInstanceUids.Add(instance.StudyInstanceUid);
        if (instance.PatientId is { } patient) keys.PatientIds.Add(patient.Value);
        if (study?.ShownPatientId is { } known) keys.PatientIds.Add(known.Value);
        if (instance.PerformedStepUid is { } performed) keys.PerformedUids.Add(performed);
        foreach (var request in requests.Concat(study is null ? [] : StudyRequests.Of(study)))
        {
            if (request.AccessionNumber is { } accession) keys.AccessionNumbers.Add(accession.Value);
            if (request.PlacerNumber is { } placer) keys.PlacerNumbers.Add(placer.Value);
            if (request.FillerNumber is { } filler) keys.FillerNumbers.Add(filler.Value);
        }

        if (instance.PerformedStepUid is { } uid && loaded.Declares(keys) && loaded.FindPerformed(uid) is { } step)
            keys.OrderIds.UnionWith(step.OrderIds);
        return keys;
    }
}
