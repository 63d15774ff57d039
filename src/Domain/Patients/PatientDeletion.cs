using CloudPacs.Mapping;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Patients;

/// <summary>Deletes visits (A23) and persons (A29) by marking them; never while entries are open, and never a study.</summary>
internal static class PatientDeletion
{
    public static void DeleteVisit(MessageRun run, MappedPatient mapped)
    {
        if (run.Scoped(mapped.Visit) is not { } number)
        {
            run.Outcome.Add(PatientProblems.MissingVisitNumber("PV1", mapped.PidOccurrence, 19));
            return;
        }

        if (PatientRegistry.Find(run, mapped) is not { } patient || run.Workspace.FindVisit(number, patient.Id) is not { } visit)
            run.Outcome.Warn(204, PatientProblems.At("PV1", mapped.PidOccurrence, 19), "There is no such visit: nothing was deleted.");
        else if (VisitRegistry.OrdersOf(run, visit).Any(HasOpenSteps))
            run.Outcome.Add(PatientProblems.OpenEntries("PV1", mapped.PidOccurrence, 19));
        else VisitRegistry.SetStatus(run, visit, "entered-in-error");
    }

    public static void DeletePerson(MessageRun run, MappedPatient mapped)
    {
        if (PatientRegistry.Find(run, mapped) is not { Active: true } patient)
        {
            run.Outcome.Warn(204, PatientProblems.PidOf(mapped), "There is no such active patient: nothing was deleted.");
            return;
        }

        if (run.Workspace.OrdersOf(patient.Id).Any(HasOpenSteps))
        {
            run.Outcome.Add(PatientProblems.OpenEntries("PID", mapped.PidOccurrence, 3));
            return;
        }

        patient.Active = false;
        patient.Touch();
        run.Outcome.Record("patient.deactivated", patient.Id);
    }

    private static bool HasOpenSteps(OrderRow order) =>
        order.Procedures.Exists(static procedure => procedure.Steps.Exists(static step => step.StepState < StepState.Completed));
}
