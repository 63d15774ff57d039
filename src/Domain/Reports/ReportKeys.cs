using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Reports;

/// <summary>Under which keys rows are looked for when reports are applied.</summary>
internal static class ReportKeys
{
    public static WorkspaceKeys Of(IEnumerable<ReportDetails> reports, ChangeContext context, Guid installation)
    {
        var keys = new WorkspaceKeys();
        foreach (var report in reports)
        {
            if (report.Patient is { } patient) PatientKeys.Add(keys, patient);
            if (ReportNumber.Of(report, context) is { } number) keys.ReportNumbers.Add(number.Value.Value);
            if (report.ParentNumber is { } parent) keys.ReportNumbers.Add(parent.Value);
            OrderSetKeys.Add(keys, ReportNumber.OrderKeysOf(report, context, installation), context.Policy);
            // One content is written by one at a time.
            foreach (var document in report.Documents)
                if (document.BlobId is { } id) keys.Resources.Add(("Binary", id.ToString()));
        }

        return keys;
    }

    /// <summary>
    /// The reports that those which are known add to or replace, as a later message need not name them again; all before the one that is
    /// named, where a circle could be closed; and the history of patients whose stored images would show old data.
    /// </summary>
    public static WorkspaceKeys? More(IReadOnlyList<ReportDetails> reports, ChangeContext context, Workspace loaded)
    {
        WorkspaceKeys? keys = null;
        var run = new CommandRun(loaded, context, whyHidden: null);
        foreach (var report in reports)
        {
            if (ReportNumber.Of(report, context) is not { } number) continue;
            foreach (var row in number.Rows(loaded))
                if (row.ParentNumber is { } parent) (keys ??= new WorkspaceKeys()).ReportNumbers.Add(parent.Value);
            if (report.ParentNumber is not { } said || loaded.FindReportsAfter(number.Value).Count == 0) continue;
            foreach (var before in ReportChain.From(loaded, number.Kind, ReportNumber.Scoped(said, context)).Take(ReportChain.MaxLength))
                (keys ??= new WorkspaceKeys()).ReportNumbers.Add(before.Value);
        }

        foreach (var patient in reports.Select(static report => report.Patient).OfType<PatientDetails>().Distinct())
            PatientKeys.AddHistoryIfChanged(run, ref keys, patient);
        return keys;
    }
}
