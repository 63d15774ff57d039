using CloudPacs.Store.Reports;

namespace CloudPacs.Domain.Reports;

/// <summary>Whether a version shows something: a final report that is empty looks like an examination without findings.</summary>
internal static class ReportContent
{
    /// <param name="report">What is said of the report.</param>
    /// <param name="version">The version that says it.</param>
    /// <param name="known">The report as it was; null when it is new.</param>
    /// <param name="isLater">The version is the latest one.</param>
    public static IEnumerable<Problem> ProblemsOf(ReportDetails report, ReportVersion version, ReportRow? known, bool isLater)
    {
        var state = ReportTable.Of(version.State);
        if (report.HasContent || state.IsWithdrawn) yield break;
        var isEmpty = isLater && state.IsReleased && known?.Content is null;
        if (report.LacksContent) yield return isEmpty ? ReportProblems.NoContent(report) : ReportProblems.ContentStays(report);
        // A document may be announced without its content (HL7 v2.5.1 9.6); a result is nothing else.
        else if (isEmpty && report.DocumentNumber is null) yield return ReportProblems.ShowsNothing(report);
    }
}
