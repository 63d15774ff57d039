using CloudPacs.Dicom;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Orders;

/// <summary>Studies whose images were stored before it was known by what step they were made, or for which order that was.</summary>
internal static class PerformedStudies
{
    /// <summary>Studies that a performed step names, by their UIDs.</summary>
    public static IEnumerable<string> NamedBy(PerformedStepRow performed) =>
        ScheduledReference.AllOf(Attributes.Read(performed.Attributes)).Select(static one => one.StudyInstanceUid).OfType<string>()
            .Distinct();

    /// <summary>Whether images of a study say that the step made them, or the step says so.</summary>
    public static bool IsMadeBy(StudyRow study, PerformedStepRow performed)
    {
        var listed = Attributes.Read(performed.Attributes).GetItems(Tags.PerformedSeriesSequence)
            .Select(static item => item.GetString(Tags.SeriesInstanceUid)).ToHashSet();
        return study.Series.Exists(series => listed.Contains(series.SeriesInstanceUid)
            || (Attributes.Read(series.Attributes).GetItems(Tags.ReferencedPerformedProcedureStepSequence) is [var step, ..]
                && step.GetString(Tags.ReferencedSopInstanceUid) == performed.SopInstanceUid));
    }

    /// <summary>Says of the studies that it made them, and links those that wait with its orders.</summary>
    public static void Take(CommandRun run, PerformedStepRow performed)
    {
        foreach (var uid in NamedBy(performed))
        {
            if (!run.Workspace.Declares(new WorkspaceKeys { StudyInstanceUids = { uid } })) continue;
            if (run.Workspace.FindStudy(uid) is not { } study || !IsMadeBy(study, performed)) continue;
            if (study.PerformedStepId is null)
            {
                study.PerformedStepId = performed.Id;
                study.Touch();
            }

            if (!study.IsWaiting) continue;
            List<OrderRow> orders = [.. performed.OrderIds.Select(run.Workspace.Order).OfType<OrderRow>()];
            StudyLinks.Find(run, study, orders, [performed]);
        }
    }
}
