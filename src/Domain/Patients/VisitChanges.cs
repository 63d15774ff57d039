using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Patients;

/// <summary>
/// Merges, moves and renumbers visits and accounts (A35, A36, A41, A42, A44, A45, A49, A50, A51). An account is known only as the number of
/// a visit that has none of its own (Admission ID = PV1-19, else PID-18), so both are treated alike.
/// </summary>
internal static class VisitChanges
{
    /// <summary>The prior visit goes into the surviving one, with its orders; without a surviving one it takes the new number.</summary>
    public static void Merge(MessageRun run, MappedPatient mapped, bool ofAccount)
    {
        if (Start(run, mapped, ofAccount) is not { } change) return;
        if (run.Workspace.FindVisit(change.Next, change.Patient.Id) is not { } surviving)
        {
            Rename(run, mapped, change.Visit, change.Next);
            return;
        }

        if (surviving.Id == change.Visit.Id)
        {
            run.Outcome.Warn(205, change.Location, "The two numbers are those of one visit: nothing was merged.");
            return;
        }

        foreach (var order in VisitRegistry.OrdersOf(run, change.Visit).ToList())
        {
            order.VisitId = surviving.Id;
            order.Touch();
        }

        run.Outcome.Describe(surviving, mapped.Scope);
        VisitRegistry.SetStatus(run, change.Visit, "entered-in-error");
        run.Outcome.Record("visit.merged", surviving.Id);
    }

    /// <summary>The same visit under a new number; refused when that is the number of another visit.</summary>
    public static void Renumber(MessageRun run, MappedPatient mapped, bool ofAccount)
    {
        if (Start(run, mapped, ofAccount) is not { } change) return;
        if (run.Workspace.FindVisit(change.Next, null) is { } owner && owner.Id != change.Visit.Id)
        {
            run.Outcome.Add(PatientProblems.VisitNumberTaken(mapped.PidOccurrence));
            return;
        }

        Rename(run, mapped, change.Visit, change.Next);
    }

    /// <summary>The visit named in MRG goes, with its orders, to the patient in PID-3.</summary>
    public static void Move(MessageRun run, MappedPatient mapped, bool ofAccount)
    {
        var location = Location(mapped, ofAccount);
        if (run.Scoped(ofAccount ? mapped.PriorAccount : mapped.PriorVisit) is not { } number)
        {
            run.Outcome.Add(PatientProblems.MissingVisitNumber("MRG", mapped.PidOccurrence, ofAccount ? 3 : 5));
            return;
        }

        if (mapped.Prior.Count == 0)
        {
            run.Outcome.Add(PatientProblems.NoPriorIdentifier(mapped.PidOccurrence));
            return;
        }

        var from = run.Workspace.FindPatients(run.Scoped(mapped.Prior[0])) is [var owner, ..] ? owner : null;
        if (PatientRegistry.Upsert(run, mapped) is not { } to) return;
        var visit = from is null ? null : run.Workspace.FindVisit(number, from.Id);
        if (from is null || visit is null || from.Id == to.Id)
        {
            run.Outcome.Warn(visit is null ? 204 : 205, location, visit is null
                ? "The patient in MRG has no visit of the number in MRG: nothing was moved."
                : "The visit belongs to this patient already: nothing was moved.");
            return;
        }

        PatientMerge.MoveAll(run, from, to, [.. VisitRegistry.OrdersOf(run, visit)], [visit], () =>
        {
            if (run.Scoped(ofAccount ? mapped.Account : mapped.Visit) is { } next && !visit.Number.Names(next)) VisitNumbers.Rename(visit, next);
        });
        run.Outcome.Describe(visit, mapped.Scope);
        run.Outcome.Record("visit.moved", visit.Id);
    }

    private static (PatientRow Patient, VisitRow Visit, Identifier Next, Hl7v2.ErrorLocation Location)? Start(MessageRun run, MappedPatient mapped, bool ofAccount)
    {
        if (PatientRegistry.Upsert(run, mapped) is not { } patient) return null;
        var next = run.Scoped(ofAccount ? mapped.Account ?? mapped.Visit : mapped.Visit);
        var prior = run.Scoped(ofAccount ? mapped.PriorAccount : mapped.PriorVisit);
        if (next is null) run.Outcome.Add(PatientProblems.MissingVisitNumber(ofAccount ? "PID" : "PV1", mapped.PidOccurrence, ofAccount ? 18 : 19));
        if (prior is null) run.Outcome.Add(PatientProblems.MissingVisitNumber("MRG", mapped.PidOccurrence, ofAccount ? 3 : 5));
        if (next is not { } to || prior is not { } old) return null;
        if (run.Workspace.FindVisit(old, patient.Id) is { } visit) return (patient, visit, to, Location(mapped, ofAccount));
        VisitRegistry.Upsert(run, patient, mapped, null);
        run.Outcome.Warn(204, Location(mapped, ofAccount), "No visit of this patient has the number in MRG: nothing was merged or changed.");
        return null;
    }

    private static void Rename(MessageRun run, MappedPatient mapped, VisitRow visit, Identifier next)
    {
        VisitNumbers.Rename(visit, next);
        run.Outcome.Describe(visit, mapped.Scope);
        run.Outcome.Record("visit.number-changed", visit.Id);
    }

    private static Hl7v2.ErrorLocation Location(MappedPatient mapped, bool ofAccount) =>
        PatientProblems.At("MRG", mapped.PidOccurrence, ofAccount ? 3 : 5);
}
