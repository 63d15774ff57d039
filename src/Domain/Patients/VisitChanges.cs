using CloudPacs.Store;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Patients;

/// <summary>
/// Merges, moves and renumbers visits and accounts. An account is known only as the number of
/// a visit that has none of its own (Admission ID), so both are treated alike.
/// </summary>
internal static class VisitChanges
{
    /// <summary>The prior visit goes into the surviving one, with its orders; without a surviving one it takes the new number.</summary>
    public static void Merge(CommandRun run, PatientDetails details, bool byAccount)
    {
        if (Start(run, details, byAccount) is not { } change) return;
        if (run.Workspace.FindVisit(change.Next, change.Patient.Id) is not { } surviving)
        {
            Rename(run, details, change.Visit, change.Next);
            return;
        }

        if (surviving.Id == change.Visit.Id)
        {
            run.Add(PatientProblems.OneVisit(details, PriorField(byAccount)));
            return;
        }

        foreach (var order in VisitRegistry.OrdersOf(run, change.Visit).ToList())
        {
            order.VisitId = surviving.Id;
            order.Touch();
        }

        run.Outcome.Describe(surviving, details);
        VisitRegistry.SetStatus(run, change.Visit, "entered-in-error");
        run.Outcome.Record(AuditVerbs.VisitMerged, surviving.Id);
    }

    /// <summary>The same visit under a new number; refused when that is the number of another visit.</summary>
    public static void Renumber(CommandRun run, PatientDetails details, bool byAccount)
    {
        if (Start(run, details, byAccount) is not { } change) return;
        if (run.Workspace.FindVisit(change.Next, null) is { } owner && owner.Id != change.Visit.Id)
        {
            run.Add(PatientProblems.VisitNumberTaken(details));
            return;
        }

        Rename(run, details, change.Visit, change.Next);
    }

    /// <summary>The prior visit of the prior patient goes, with its orders, to the patient.</summary>
    public static void Move(CommandRun run, PatientDetails details, bool byAccount)
    {
        if (run.Scoped(byAccount ? details.PriorAccount : details.PriorVisit) is not { } number)
        {
            run.Add(PatientProblems.MissingVisitNumber(details, PriorField(byAccount)));
            return;
        }

        if (details.Prior.Count == 0)
        {
            run.Add(PatientProblems.NoPriorIdentifier(details));
            return;
        }

        var from = run.Workspace.FindPatients(run.Scoped(details.Prior[0])) is [var owner, ..] ? owner : null;
        if (PatientRegistry.Upsert(run, details) is not { } to) return;
        var visit = from is null ? null : run.Workspace.FindVisit(number, from.Id);
        if (from is null || visit is null || from.Id == to.Id)
        {
            run.Add(visit is null
                ? PatientProblems.NoVisitToMove(details, PriorField(byAccount))
                : PatientProblems.VisitMovedBefore(details, PriorField(byAccount)));
            return;
        }

        PatientRecords.Move(run, from, to, [.. VisitRegistry.OrdersOf(run, visit)], [visit], leavesNone: false, () =>
        {
            if (run.Scoped(byAccount ? details.Account : details.Visit) is { } next && !visit.Number.Matches(next))
                VisitNumbers.Rename(visit, next);
        });
        run.Outcome.Describe(visit, details);
        run.Outcome.Record(AuditVerbs.VisitMoved, visit.Id);
    }

    private static (PatientRow Patient, VisitRow Visit, Identifier Next)? Start(CommandRun run, PatientDetails details, bool byAccount)
    {
        if (PatientRegistry.Upsert(run, details) is not { } patient) return null;
        var next = run.Scoped(byAccount ? details.Account ?? details.Visit : details.Visit);
        var prior = run.Scoped(byAccount ? details.PriorAccount : details.PriorVisit);
        if (next is null) run.Add(PatientProblems.MissingVisitNumber(details, byAccount ? Field.Account : Field.Visit));
        if (prior is null) run.Add(PatientProblems.MissingVisitNumber(details, PriorField(byAccount)));
        if (next is not { } to || prior is not { } old) return null;
        if (run.Workspace.FindVisit(old, patient.Id) is { } visit) return (patient, visit, to);
        VisitRegistry.Upsert(run, patient, details, null);
        run.Add(PatientProblems.NoPriorVisit(details, PriorField(byAccount)));
        return null;
    }

    private static void Rename(CommandRun run, PatientDetails details, VisitRow visit, Identifier next)
    {
        VisitNumbers.Rename(visit, next);
        run.Outcome.Describe(visit, details);
        run.Outcome.Record(AuditVerbs.VisitNumberChanged, visit.Id);
    }

    private static Field PriorField(bool byAccount) => byAccount ? Field.PriorAccount : Field.PriorVisit;
}
