using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Patients;

/// <summary>Deletes visits and patients by marking them; never while entries are open, and never a study.</summary>
internal static class PatientDeletion
{
    public static void DeleteVisit(CommandRun run, PatientDetails details)
    {
        if (run.Scoped(details.Visit) is not { } number)
        {
            run.Add(PatientProblems.MissingVisitNumber(details, Field.Visit));
            return;
        }

        if (PatientRegistry.Find(run, details) is not { } patient || run.Workspace.FindVisit(number, patient.Id) is not { } visit)
            run.Add(PatientProblems.NoVisitToDelete(details));
        else if (VisitRegistry.OrdersOf(run, visit).Any(HasOpenSteps))
            run.Add(PatientProblems.OpenEntries(details, Field.Visit));
        else VisitRegistry.SetStatus(run, visit, "entered-in-error");
    }

    public static void DeletePatient(CommandRun run, PatientDetails details)
    {
        if (PatientRegistry.Find(run, details) is not { Active: true } patient)
        {
            run.Add(PatientProblems.NoPatientToDelete(details));
            return;
        }

        if (patient.Hold is not null)
        {
            run.Add(PatientProblems.OnHold(details));
            return;
        }

        if (run.Workspace.OrdersOf(patient.Id).Any(HasOpenSteps))
        {
            run.Add(PatientProblems.OpenEntries(details, Field.PatientId));
            return;
        }

        patient.Active = false;
        patient.Touch();
        run.Outcome.Record(AuditVerbs.PatientDeactivated, patient.Id);
    }

    private static bool HasOpenSteps(OrderRow order) =>
        order.Procedures.Exists(static procedure => procedure.Steps.Exists(StepStates.IsOpen));
}
