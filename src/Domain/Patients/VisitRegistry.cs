using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Patients;

/// <summary>Creates and updates visits.</summary>
internal static class VisitRegistry
{
    /// <param name="run">The commands.</param>
    /// <param name="patient">Whose visit it is.</param>
    /// <param name="details">Number, class and attributes.</param>
    /// <param name="status">What the visit is now: planned, arrived, in-progress, finished, cancelled; null keeps what there is.</param>
    /// <param name="hasFutureStart">For orders: whether the examination lies ahead, which makes a new visit a planned one.</param>
    /// <returns>Null when no visit is named.</returns>
    public static VisitRow? Upsert(CommandRun run, PatientRow patient, PatientDetails details, string? status, bool hasFutureStart = false)
    {
        if (run.Scoped(details.Visit) is not { } number) return null;
        var row = run.Workspace.FindVisit(number, patient.Id);
        var isNew = row is null;
        if (row is not null && IsLate(run, row, details, status)) return row;
        row ??= run.Workspace.AddVisit(patient.Id, number, status ?? FirstStatus(details.PatientClass, hasFutureStart));
        var changed = isNew;
        if (status is not null && row.Status != status) (row.Status, changed) = (status, true);
        changed |= Update(run, row, details);
        if (changed || run.Context.RecordedAt is not null) RecordTime(run, row);
        if (!changed) return row;
        row.Touch();
        run.Outcome.Record(isNew ? AuditVerbs.VisitCreated : AuditVerbs.VisitUpdated, row.Id);
        return row;
    }

    /// <summary>
    /// What is said of a visit beside something else, such as a change of id: a visit that is known takes it, and of any other it is told
    /// that it goes nowhere.
    /// </summary>
    public static void Take(CommandRun run, PatientDetails details)
    {
        if (run.Outcome.HasErrors || !details.VisitAttributes.Any(static said => !said.IsEmpty)) return;
        if (run.Scoped(details.Visit) is not { } number) TellOfUnnamed(run, details);
        else if (PatientRegistry.Find(run, details) is { } patient && run.Workspace.FindVisit(number, patient.Id) is { } row)
        {
            if (IsLate(run, row, details, status: null) || !Update(run, row, details)) return;
            RecordTime(run, row);
            row.Touch();
            run.Outcome.Record(AuditVerbs.VisitUpdated, row.Id);
        }
        else run.Add(PatientProblems.UnknownVisit(details));
    }

    private static bool Update(CommandRun run, VisitRow row, PatientDetails details)
    {
        run.Outcome.Describe(row, details);
        var changed = false;
        if (details.PatientClass is { } patientClass && row.PatientClass != patientClass)
            (row.PatientClass, changed) = (patientClass, true);
        if (Renewed(row, details, new Saying(run.Outcome, details)) is { } renewed) (row.Attributes, changed) = (renewed, true);
        return changed;
    }

    private static StoredAttributes? Renewed(VisitRow row, PatientDetails details, Saying saying = default)
    {
        var attributes = Attributes.Copy(row.Attributes);
        Attributes.Merge(attributes, details.VisitAttributes, takes: null, saying);
        VisitNumbers.Stamp(row, attributes);
        return Attributes.Renew(row.Attributes, attributes);
    }

    /// <summary>What came late leaves the visit as it is, and is told where it says otherwise.</summary>
    private static bool IsLate(CommandRun run, VisitRow row, PatientDetails details, string? status)
    {
        if (!ToldTimes.IsLate(row.Attributes, run.Context)) return false;
        var isOtherwise = (status is not null && status != row.Status) || (details.PatientClass ?? row.PatientClass) != row.PatientClass
            || Renewed(row, details) is not null;
        if (isOtherwise) run.Add(PatientProblems.LateVisit(details));
        return true;
    }

    private static void RecordTime(CommandRun run, VisitRow row)
    {
        if (ToldTimes.Record(row.Attributes, run.Context) is not { } stamped) return;
        row.Attributes = stamped;
        row.Touch();
    }

    /// <summary>What is said of a visit that is not named goes nowhere.</summary>
    public static void TellOfUnnamed(CommandRun run, PatientDetails details)
    {
        if (details.Visit is null && details.VisitAttributes.Any(static said => !said.IsEmpty))
            run.Add(PatientProblems.VisitWithoutNumber(details));
    }

    public static void SetStatus(CommandRun run, VisitRow visit, string status)
    {
        if (visit.Status == status) return;
        visit.Status = status;
        visit.Touch();
        run.Outcome.Record(AuditVerbs.Visit(status), visit.Id);
    }

    /// <summary>The orders of a visit.</summary>
    public static IEnumerable<OrderRow> OrdersOf(CommandRun run, VisitRow visit) =>
        run.Workspace.OrdersOf(visit.PatientId).Where(order => order.VisitId == visit.Id);

    private static string FirstStatus(string? patientClass, bool hasFutureStart) => patientClass switch
    {
        "I" or "E" => "in-progress",
        "O" or "P" when hasFutureStart => "planned",
        _ => "unknown",
    };
}
