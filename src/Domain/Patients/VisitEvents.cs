using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Patients;

/// <summary>
/// Admission, transfer, discharge and their cancellations: the patient, the visit, and what a site wants done to open entries.
/// </summary>
internal static class VisitEvents
{
    public static void Apply(CommandRun run, UpdatePatient command)
    {
        if (PatientRegistry.Upsert(run, command.Patient) is not { } patient) return;
        var visit = command.HasVisit ? VisitRegistry.Upsert(run, patient, command.Patient, command.VisitStatus) : null;
        if (command.HasVisit) VisitRegistry.TellOfUnnamed(run, command.Patient);
        if (command.Effects.HasFlag(EntryEffects.Arrival)) Arrive(run, patient, visit);
        if (command.Effects.HasFlag(EntryEffects.CanceledAdmission)) CancelAdmission(run, patient, visit);
        if (command.Effects.HasFlag(EntryEffects.Discharge) && run.Policy.DischargeDeparts) Depart(run, patient, visit);
    }

    /// <summary>SCHEDULED becomes ARRIVED for today's entries of the patient; those of another visit wait for that one.</summary>
    private static void Arrive(CommandRun run, PatientRow patient, VisitRow? visit)
    {
        var today = run.Context.LocalNow.Date;
        foreach (var step in Steps(run, patient, visit).Where(s => s.StepState == StepState.Scheduled && DayOf(s) == today))
            StepMoves.Move(run.Outcome, step, StepState.Arrived, AuditVerbs.StepArrived);

        DateTime DayOf(StepRow step) => SiteTime.LocalOf(run.Context.SiteZone, step.Start).Date;
    }

    private static void Depart(CommandRun run, PatientRow patient, VisitRow? visit)
    {
        foreach (var step in Steps(run, patient, visit).Where(static s => s.StepState == StepState.Arrived))
            StepMoves.Move(run.Outcome, step, StepState.Departed, AuditVerbs.StepDeparted);
    }

    private static void CancelAdmission(CommandRun run, PatientRow patient, VisitRow? visit)
    {
        if (visit is null) return;
        foreach (var step in Steps(run, patient, visit, only: true).Where(StepStates.IsOpen))
        {
            if (step.Flags.Add("admission-canceled")) step.Touch();
            run.Outcome.Flag("admission-canceled");
            var mayStop = step.StepState is StepState.Scheduled or StepState.Arrived or StepState.Ready or StepState.Expired;
            if (!mayStop) continue;
            if (run.Policy.CanceledAdmission == CanceledAdmission.Cancel)
                StepMoves.Move(run.Outcome, step, StepState.Canceled, AuditVerbs.StepCanceled);
            if (run.Policy.CanceledAdmission == CanceledAdmission.Hold)
                StepMoves.Move(run.Outcome, step, StepState.OnHold, AuditVerbs.StepHeld);
        }
    }

    private static IEnumerable<StepRow> Steps(CommandRun run, PatientRow patient, VisitRow? visit, bool only = false) =>
        run.Workspace.OrdersOf(patient.Id)
            .Where(order => visit is null || order.VisitId == visit.Id || (!only && order.VisitId is null))
            .SelectMany(static order => order.Procedures).SelectMany(static procedure => procedure.Steps);
}
