using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Reports;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Patients;

/// <summary>What belongs to a patient: it goes to another one by a merge, a move of an id, or a move of a visit.</summary>
internal static class PatientRecords
{
    /// <summary>
    /// Moves visits and orders from one patient to another, with the performed steps, studies and reports of these, and writes down who
    /// owned what.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="from">Who owned it.</param>
    /// <param name="to">Who owns it now.</param>
    /// <param name="orders">What is moved.</param>
    /// <param name="visits">What is moved.</param>
    /// <param name="leavesNone">Nothing stays: performed steps, studies and reports that have no order, or wait for one, go too.</param>
    /// <param name="change">What becomes of both patients.</param>
    public static void Move(
        CommandRun run, PatientRow from, PatientRow to, IReadOnlyList<OrderRow> orders, IReadOnlyList<VisitRow> visits, bool leavesNone,
        Action change)
    {
        var moved = orders.Select(static order => order.Id).ToHashSet();
        var visitIds = visits.Select(static visit => visit.Id).ToHashSet();
        List<PerformedStepRow> performed =
            [.. run.Workspace.PerformedOfPatient(from.Id).Where(step => leavesNone || step.OrderIds.Any(moved.Contains))];
        List<ReportRow> reports =
        [
            .. run.Workspace.ReportsOf(from.Id).Where(report => leavesNone
                || (report.OrderId is { } order ? moved.Contains(order) : report.VisitId is { } visit && visitIds.Contains(visit))),
        ];
        List<StudyRow> studies =
        [
            .. run.Workspace.StudiesOf(from.Id).Where(study => leavesNone
                || study.Links.Exists(link => link.LinkState == LinkState.Linked && moved.Contains(link.OrderId))),
        ];
        Row[] rows = [from, to, .. visits, .. orders, .. performed, .. reports, .. studies];
        var before = RowSnapshot.Of(rows);
        foreach (var row in rows.AsSpan(2))
        {
            Give(row, to.Id);
            row.Touch();
        }

        change();
        PatientHolds.Follow(run, from, to);
        from.Touch();
        to.Touch();
        run.Workspace.LogMerge(
            run.Context.Kind, from.Id, to.Id, run.Context.ReceivedAt, run.Context.JournalId, before, RowSnapshot.Of(rows));
        // The images of what was moved show the other person.
        PatientRegistry.FlagEntries(run, to);
    }

    private static void Give(Row row, Guid patientId)
    {
        switch (row)
        {
            case VisitRow visit: visit.PatientId = patientId; break;
            case OrderRow order: order.PatientId = patientId; break;
            case PerformedStepRow performed: performed.PatientId = patientId; break;
            case ReportRow report: report.PatientId = patientId; break;
            case StudyRow study: study.PatientId = patientId; break;
            default: throw new ArgumentException($"A {row.GetType().Name} belongs to no patient.", nameof(row));
        }
    }
}
