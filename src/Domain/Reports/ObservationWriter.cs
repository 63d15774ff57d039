using CloudPacs.Store.Reports;

namespace CloudPacs.Domain.Reports;

/// <summary>
/// Writes the discrete results of a version into the rows of its report. Results of one code and sub-id, which is often left out, are told
/// apart by their position among each other.
/// </summary>
internal static class ObservationWriter
{
    /// <summary>Each is a row and a resource, and all of them are read with every message about their report.</summary>
    private const int MaxOfReport = 1_000;

    public static void Write(CommandRun run, ReportRow report, IReadOnlyList<ObservationDetails> results, ReportVersion version)
    {
        var known = report.Observations.ToLookup(static row => (row.Code, row.SubId));
        var said = new Dictionary<(string Code, string? SubId), int>();
        foreach (var details in results)
        {
            var position = said.GetValueOrDefault(KeyOf(details));
            said[KeyOf(details)] = position + 1;
            var row = known[KeyOf(details)].ElementAtOrDefault(position);
            if (row is not null && !ReportVersions.IsLater(version, row.Version)) continue;
            if (row is null && report.Observations.Count >= MaxOfReport)
            {
                run.Add(ReportProblems.TooManyResults(details, MaxOfReport));
                return;
            }

            row ??= run.Workspace.AddObservation(report, details.Code, details.SubId, details.Status, version);
            (row.Status, row.Version) = (details.Status, version);
            row.Touch();
            run.Outcome.Describe(row, details);
        }

        foreach (var details in results.DistinctBy(KeyOf))
        {
            var rows = known[KeyOf(details)].ToList();
            if (rows.Count > said[KeyOf(details)] && rows[0].Version == version) run.Add(ReportProblems.TakenByPosition(details));
        }
    }

    private static (string Code, string? SubId) KeyOf(ObservationDetails details) => (details.Code, details.SubId);
}
