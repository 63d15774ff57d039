using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

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

    private static OrderMatch Find(CommandRun run, OrderKeys keys, PatientRow? patient) =>
        keys.IsEmpty ? new OrderMatch([]) : OrderMatch.Find(run, keys, request: null, patient);
}
