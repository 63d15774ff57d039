using CloudPacs.Domain.Patients;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Reports;

namespace CloudPacs.Domain.Orders;

/// <summary>Reports that came before their order, or before the number by which they name it was known.</summary>
internal static class WaitingReports
{
    /// <summary>Links those that name one of the orders that a command was about.</summary>
    public static void Take(OrderRun run)
    {
        if (run.Orders.Count == 0 || run.Outcome.HasErrors) return;
        var keys = run.Keys;
        var waiting = run.Workspace.FindWaitingReports(
            keys.Placer?.Value, keys.Filler?.Value, keys.Accession?.Value, keys.StudyInstanceUid);
        foreach (var report in waiting)
        {
            if (run.Orders.Find(order => IsFor(run, report, order)) is not { } own) continue;
            Link(report, own);
            run.Outcome.Record(AuditVerbs.ReportLinked, report.Id);
        }
    }

    /// <summary>Makes the report one of the order; what the report does not say it has from there.</summary>
    public static void Link(ReportRow report, OrderRow order)
    {
        report.OrderId ??= order.Id;
        if (report.OrderId != order.Id) return;
        report.PatientId ??= order.PatientId;
        report.VisitId ??= order.VisitId;
        report.OrderStudyUid = StudyOf(report, order);
        report.Touch();
    }

    private static string? StudyOf(ReportRow report, OrderRow order) =>
        (order.Procedures.Find(procedure => Names(report.AccessionNumber, procedure.AccessionNumber)) ?? order.Procedures.FirstOrDefault())
            ?.StudyInstanceUid;

    private static bool IsFor(OrderRun run, ReportRow report, OrderRow order) =>
        (Names(report.PlacerNumber, run.Keys.Placer) || Names(report.FillerNumber, run.Keys.Filler)
            || Names(report.AccessionNumber, run.Keys.Accession)
            || (report.StudyInstanceUid is { } uid && uid == run.Keys.StudyInstanceUid))
        && (report.PatientId is not { } id || PatientRegistry.IsOf(run.Run, order, run.Workspace.Survivor(id)));

    /// <summary>Who reports names an order as it knows it, often without its application.</summary>
    private static bool Names(Identifier? reported, Identifier? number) =>
        reported is { } known && number is { } given && known.Names(given);
}
