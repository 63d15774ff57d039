using CloudPacs.Store;
using CloudPacs.Store.Reports;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Reports;

/// <summary>Documents that add to or replace one another, each the next: whether one that names its parent would close a circle.</summary>
internal static class ReportChain
{
    /// <summary>Each is looked up by itself when the last of them may close a circle.</summary>
    public const int MaxLength = 16;

    /// <summary>The parents of a document from the named one on, as far as they are at hand; one number may be that of several.</summary>
    /// <param name="workspace">The rows.</param>
    /// <param name="kind">Kind of the numbers.</param>
    /// <param name="named">Number of the parent.</param>
    public static IEnumerable<Identifier> From(Workspace workspace, ReportNumberKind kind, Identifier named)
    {
        var waiting = new Queue<Identifier>([named]);
        var seen = new HashSet<Identifier> { named };
        while (waiting.TryDequeue(out var number))
        {
            yield return number;
            if (!IsAtHand(workspace, number)) continue;
            foreach (var parent in workspace.FindReports(kind, number).Select(static row => row.ParentNumber).OfType<Identifier>())
            {
                if (seen.Add(parent)) waiting.Enqueue(parent);
            }
        }
    }

    /// <summary>What is wrong with the parent that a report names; null for nothing. Only what others follow can close a circle.</summary>
    public static Problem? ProblemOf(CommandRun run, ReportRow row, ReportDetails report, Identifier named)
    {
        if (named.Matches(row.Number)) return ReportProblems.FollowsItself(report);
        if (run.Workspace.FindReportsAfter(row.Number).Count == 0) return null;
        List<Identifier> chain = [.. From(run.Workspace, row.NumberKind, named).Take(MaxLength + 1)];
        if (chain.Exists(number => number.Matches(row.Number))) return ReportProblems.FollowsItself(report);
        return chain.Count > MaxLength ? ReportProblems.TooLongChain(report, MaxLength) : null;
    }

    private static bool IsAtHand(Workspace workspace, Identifier number) =>
        workspace.Declares(new WorkspaceKeys { ReportNumbers = { number.Value } });
}
