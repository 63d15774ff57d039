using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Reports;

namespace CloudPacs.Domain.Reports;

/// <summary>The order that a report is about.</summary>
internal static class ReportedOrder
{
    /// <summary>Null when none is known; with a problem when numbers contradict each other or name somebody else's order.</summary>
    public static OrderRow? Find(CommandRun run, ReportDetails report, PatientRow? patient)
    {
        var keys = ReportNumber.OrderKeysOf(report, run.Context, run.Workspace.InstallationNamespace);
        var match = Find(run, keys, patient);
        // The filler's number may be that of the result alone, and then says nothing against an order with another one.
        if (match is { IsFound: false, Conflict: null } && keys.Filler is not null) match = Find(run, keys with { Filler = null }, patient);
        if (match.Conflict is { } conflict)
        {
            run.Outcome.Flag("conflict");
            run.Add(conflict(report));
            return null;
        }

        if (!match.IsFound) return null;
        var own = match.Orders.FirstOrDefault(order => PatientRegistry.IsOf(run, order, patient));
        if (own is null) run.Add(ReportProblems.OtherPatient(report));
        return own;
    }

    /// <summary>
    /// Whether a version of a report names another order than the report does by now. The filler's number may be that of the result; of the
    /// other ones the strongest that both name decides.
    /// </summary>
    /// <param name="row">The report.</param>
    /// <param name="report">The version.</param>
    /// <param name="order">The order that the version names; null when that is not known.</param>
    public static bool IsAnother(ReportRow row, ReportDetails report, OrderRow? order)
    {
        if (order is not null && row.OrderId is { } linked) return linked != order.Id;
        var isSame = IsSame(row.PlacerNumber, report.PlacerNumber) ?? IsSame(row.AccessionNumber, report.AccessionNumber)
            ?? (row.StudyInstanceUid is { } study && report.StudyInstanceUid is { } named ? study == named : null);
        return isSame == false;
    }

    /// <summary>Takes the report from its order, with all that was known of that.</summary>
    public static void Leave(CommandRun run, ReportRow row, ReportDetails report)
    {
        if (row.OrderId is not null) run.Add(ReportProblems.FirstOrderLeft(report));
        (row.PlacerNumber, row.FillerNumber, row.AccessionNumber, row.StudyInstanceUid) = (null, null, null, null);
        (row.OrderId, row.OrderStudyUid, row.VisitId) = (null, null, null);
    }

    /// <summary>Null when one of them is not known, or their authorities differ.</summary>
    private static bool? IsSame(Identifier? known, Identifier? named) =>
        known is { } one && named is { } other && (!one.HasAuthority || !other.HasAuthority || one.SameAuthority(other))
            ? one.Value == other.Value
            : null;

    private static OrderMatch Find(CommandRun run, OrderKeys keys, PatientRow? patient) =>
        keys.IsEmpty ? new OrderMatch([]) : OrderMatch.Find(run, keys, request: null, patient);
}
