using CloudPacs.Store;
using CloudPacs.Store.Reports;

namespace CloudPacs.Domain.Reports;

/// <summary>Writes what a version says of a report into its row, where no later one has spoken.</summary>
internal static class ReportWriter
{
    /// <summary>Takes the numbers of the order and the study from a version; those that it does not say stay.</summary>
    public static void WriteNumbers(ReportRow row, ReportDetails report, bool isLater)
    {
        row.PlacerNumber = Latest(row.PlacerNumber, report.PlacerNumber);
        row.FillerNumber = Latest(row.FillerNumber, report.FillerNumber);
        row.AccessionNumber = Latest(row.AccessionNumber, report.AccessionNumber);
        row.StudyInstanceUid = Latest(row.StudyInstanceUid, report.StudyInstanceUid);
        row.Touch();

        T Latest<T>(T known, T said) => isLater ? said ?? known : known ?? said;
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
        run.Outcome.Record(AuditVerbs.Report(ReportTable.Of(row.Version.State).Word), row.Id);
    }

    /// <summary>
    /// An addendum or a replacement shows in the report that it names, whichever of the two comes first; of two that it names, in the one
    /// of the later version.
    /// </summary>
    public static void Relate(CommandRun run, ReportRow row, ReportDetails report, bool isLater)
    {
        var relation = report.Relation == ReportRelation.None ? row.Relation : report.Relation;
        if (report.ParentNumber is not null && relation == ReportRelation.None) run.Add(ReportProblems.NoRelation(report));
        else if (report.ParentNumber is { } said && (isLater || row.ParentNumber is null))
        {
            var (former, named) = (row.ParentNumber, ReportNumber.Scoped(said, run.Context));
            if (ReportChain.ProblemOf(run, row, report, named) is { } problem)
            {
                run.Add(problem);
                return;
            }

            (row.ParentNumber, row.Relation) = (named, relation);
            if (former is { } left && !left.Matches(named))
            {
                run.Add(ReportProblems.FirstParentLeft(report));
                row.ParentId = null;
                foreach (var parent in run.Workspace.FindReports(row.NumberKind, left)) Renew(run, parent);
            }

            row.Touch();
        }

        Renew(run, row);
        if (row.ParentNumber is not { } number) return;
        var parents = run.Workspace.FindReports(row.NumberKind, number);
        if (parents.Count == 0 && report.ParentNumber is not null) run.Add(ReportProblems.ParentUnknown(report));
        foreach (var parent in parents) Renew(run, parent);
    }

    private static void Renew(CommandRun run, ReportRow row)
    {
        List<ReportRow> followers = [.. run.Workspace.FindReportsAfter(row.Number)
            .Where(after => after.Id != row.Id && after.NumberKind == row.NumberKind)];
        foreach (var follower in followers.Where(static after => after.ParentId is null))
        {
            follower.ParentId = row.Id;
            follower.Touch();
        }

        var relation = followers.Where(Holds).Select(static after => after.Relation).DefaultIfEmpty(ReportRelation.None).Max();
        if (row.FollowedBy == relation) return;
        row.FollowedBy = relation;
        row.Touch();
    }

    private static bool Holds(ReportRow report) => ReportTable.Of(report.Version.State) is { IsReleased: true, IsWithdrawn: false };
}
