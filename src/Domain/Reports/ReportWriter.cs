using CloudPacs.Store;
using CloudPacs.Store.Reports;

namespace CloudPacs.Domain.Reports;

/// <summary>Writes what a version says of a report into its row, where no later one has spoken.</summary>
internal static class ReportWriter
{
    /// <summary>What an order that comes later needs to know of its report; numbers do not depend on the version.</summary>
    public static void KeepNumbers(ReportRow row, ReportDetails report, ChangeContext context)
    {
        row.PlacerNumber ??= report.PlacerNumber;
        row.FillerNumber ??= report.FillerNumber;
        row.AccessionNumber ??= report.AccessionNumber;
        row.StudyInstanceUid ??= report.StudyInstanceUid;
        row.Code ??= report.Code;
        if (report.ParentNumber is { } parent && row.ParentNumber is null)
            (row.ParentNumber, row.Relation) = (ReportNumber.Scoped(parent, context), report.Relation);
        row.Touch();
    }

    /// <summary>
    /// Takes the state of a version when it is the latest one, and its content when it is the latest one that has any: a report may be
    /// cancelled, or finished, by a message that does not repeat it.
    /// </summary>
    public static void Write(CommandRun run, ReportRow row, ReportDetails report, ReportVersion version, bool isLater)
    {
        var hasNewContent = report.HasContent && ReportVersions.IsLater(version, row.Content);
        if (!isLater && !hasNewContent)
        {
            run.Outcome.Flag("stale");
            run.Add(ReportProblems.Older(report));
            return;
        }

        if (isLater) row.Version = version;
        else run.Add(ReportProblems.StateStays(report));
        if (hasNewContent || row.Content is null) run.Outcome.Describe(row, report);
        if (hasNewContent)
        {
            row.Content = version;
            if (report.Documents.Count > 0 || row.State == RowState.New) row.ShowBy(report.Documents);
        }

        ObservationWriter.Write(run, row, report.Observations, version);
        run.Outcome.Record("report." + ReportTable.Of(row.Version.State).Word, row.Id);
    }

    /// <summary>An addendum or a replacement shows in the report that it names, whichever of the two comes first.</summary>
    public static void Relate(CommandRun run, ReportRow row, ReportDetails report)
    {
        Renew(run, row);
        if (row.ParentNumber is not { } number) return;
        var parents = run.Workspace.FindReports(row.NumberKind, number);
        if (parents.Count == 0) run.Add(ReportProblems.ParentUnknown(report));
        foreach (var parent in parents) Renew(run, parent);
    }

    private static void Renew(CommandRun run, ReportRow row)
    {
        var followers = run.Workspace.FindReportsAfter(row.Number)
            .Where(after => after.Id != row.Id && after.NumberKind == row.NumberKind && Holds(after));
        var relation = followers.Select(static after => after.Relation).DefaultIfEmpty(ReportRelation.None).Max();
        if (row.FollowedBy == relation) return;
        row.FollowedBy = relation;
        row.Touch();
    }

    private static bool Holds(ReportRow report) => ReportTable.Of(report.Version.State) is { IsReleased: true, IsWithdrawn: false };
}
