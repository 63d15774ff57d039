using CloudPacs.Store.Reports;

namespace CloudPacs.Store.Workspaces;

public sealed partial class Workspace
{
    /// <summary>The reports that are known by that number, in the order in which they came.</summary>
    public IReadOnlyList<ReportRow> FindReports(ReportNumberKind kind, Identifier number)
    {
        Declare(_declared?.ReportNumbers, number.Value, "report");
        return Reports(KeyKind.Report, number.Value, row => row.NumberKind == kind && row.Number.Matches(number));
    }

    /// <summary>The reports that add to the one with that number or take its place.</summary>
    public IReadOnlyList<ReportRow> FindReportsAfter(Identifier number)
    {
        Declare(_declared?.ReportNumbers, number.Value, "report");
        return Reports(KeyKind.ReportParent, number.Value, row => row.ParentNumber?.Matches(number) == true);
    }

    /// <summary>
    /// The reports that wait for an order with one of these numbers, in the order in which they came; authorities are not looked at.
    /// </summary>
    public IReadOnlyList<ReportRow> FindWaitingReports(string? placer, string? filler, string? accession, string? studyUid)
    {
        var found = new HashSet<ReportRow>();
        Look(placer, KeyKind.Placer, _declared?.PlacerNumbers);
        Look(filler, KeyKind.Filler, _declared?.FillerNumbers);
        Look(accession, KeyKind.Accession, _declared?.AccessionNumbers);
        Look(studyUid, KeyKind.StudyUid, _declared?.StudyInstanceUids);
        return found.Count == 0 ? [] : [.. found.OrderBy(static row => row.Id).Select(Use)];

        void Look(string? number, KeyKind kind, HashSet<string>? declared)
        {
            if (number is null) return;
            Declare(declared, number, "number of a reported order");
            found.UnionWith(FindByKey<ReportRow>(kind, number).Where(static row => row.OrderId is null));
        }
    }

    /// <summary>The reports about a patient, as far as they are at hand: all of them with the patient's records.</summary>
    public IReadOnlyList<ReportRow> ReportsOf(Guid patientId) =>
        Reports(KeyKind.Owner, patientId.ToString(), row => row.PatientId == patientId);

    public ReportRow AddReport(ReportNumberKind kind, Identifier number, ReportVersion version) =>
        Add(new ReportRow(_ids.Next()) { NumberKind = kind, Number = number, Version = version });

    public ObservationRow AddObservation(ReportRow report, string code, string? subId, string status, ReportVersion version)
    {
        Use(report);
        var observation = Add(new ObservationRow(_ids.Next())
        {
            ReportId = report.Id, Code = code, SubId = subId, Status = status, Version = version,
        });
        report.Observations.Add(observation);
        return observation;
    }

    private ReportRow[] Reports(KeyKind kind, string value, Func<ReportRow, bool> isMeant) =>
        FindByKey<ReportRow>(kind, value) is { Length: > 0 } rows ? [.. rows.Where(isMeant).OrderBy(static row => row.Id).Select(Use)] : [];
}
