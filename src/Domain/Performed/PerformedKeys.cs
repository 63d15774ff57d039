using CloudPacs.Domain.Orders;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Performed;

/// <summary>Under which keys rows are looked for when a report of a performed step is applied.</summary>
internal static class PerformedKeys
{
    public static WorkspaceKeys Of(PerformedReport report)
    {
        var keys = new WorkspaceKeys { KeepsPatients = true };
        keys.PerformedUids.Add(report.SopInstanceUid);
        if (report.PatientId is { } patient) keys.PatientIds.Add(patient.Value);
        foreach (var reference in report.Scheduled)
        {
            if (reference.AccessionNumber is { } accession) keys.AccessionNumbers.Add(accession.Value);
            if (reference.PlacerNumber is { } placer) keys.PlacerNumbers.Add(placer.Value);
            if (reference.FillerNumber is { } filler) keys.FillerNumbers.Add(filler.Value);
            if (reference.StudyInstanceUid is { } uid) keys.StudyInstanceUids.Add(uid);
        }

        return keys;
    }

    /// <summary>The orders, with all that was performed of them.</summary>
    public static WorkspaceKeys? More(PerformedReport report, ChangeContext context, Workspace loaded)
    {
        var run = new CommandRun(loaded, context, whyHidden: null);
        var keys = new WorkspaceKeys { KeepsPatients = true };
        foreach (var reference in report.Scheduled)
            keys.OrderIds.UnionWith(PerformedMatch.Orders(run, reference).Select(static order => order.Id));
        if (loaded.FindPerformed(report.SopInstanceUid) is { } stored) keys.OrderIds.UnionWith(stored.OrderIds);
        return keys.OrderIds.Count == 0 ? null : keys;
    }
}
