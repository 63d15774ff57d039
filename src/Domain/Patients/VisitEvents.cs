using CloudPacs.Domain.Orders;
using CloudPacs.Mapping;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Patients;

/// <summary>Admission, transfer, discharge and their cancellations: the patient, the visit, and what a site wants done to open entries (mapping reference a.10, b.4).</summary>
internal static class VisitEvents
{
    public static void Apply(MessageRun run, MappedPatient mapped, PatientEvent @event)
    {
        if (PatientRegistry.Upsert(run, mapped) is not { } patient) return;
        var visit = @event.HasVisit ? VisitRegistry.Upsert(run, patient, mapped, @event.VisitStatus) : null;
        if (run.Policy.ArrivalEvents.Contains(run.Facts.TriggerEvent, StringComparer.OrdinalIgnoreCase)) Arrive(run, patient, visit);
        if (@event.Effect == EntryEffect.CanceledAdmission) CancelAdmission(run, patient, visit);
        if (@event.Effect == EntryEffect.Discharge && run.Policy.DischargeDeparts) Depart(run, patient, visit);
    }

    /// <summary>SCHEDULED becomes ARRIVED for today's entries of the patient; those of another visit wait for that one.</summary>
    private static void Arrive(MessageRun run, PatientRow patient, VisitRow? visit)
    {
        var today = run.Facts.LocalNow.Date;
        foreach (var step in Steps(run, patient, visit).Where(s => s.StepState == StepState.Scheduled && s.Start.Date == today))
            StepMoves.Move(run.Outcome, step, StepState.Arrived, "step.arrived");
    }

    private static void Depart(MessageRun run, PatientRow patient, VisitRow? visit)
    {
        foreach (var step in Steps(run, patient, visit).Where(static s => s.StepState == StepState.Arrived))
            StepMoves.Move(run.Outcome, step, StepState.Departed, "step.departed");
    }

    private static void CancelAdmission(MessageRun run, PatientRow patient, VisitRow? visit)
    {
        if (visit is null) return;
        foreach (var step in Steps(run, patient, visit, only: true).Where(static s => s.StepState < StepState.Completed))
        {
            if (step.Flags.Add("admission-canceled")) step.Touch();
            run.Outcome.Flag("admission-canceled");
            var mayStop = step.StepState is StepState.Scheduled or StepState.Arrived or StepState.Ready or StepState.Expired;
            if (!mayStop) continue;
            if (run.Policy.CanceledAdmission == "cancel") StepMoves.Move(run.Outcome, step, StepState.Canceled, "step.canceled");
            if (run.Policy.CanceledAdmission == "hold") StepMoves.Move(run.Outcome, step, StepState.OnHold, "step.held");
        }
    }

    private static IEnumerable<StepRow> Steps(MessageRun run, PatientRow patient, VisitRow? visit, bool only = false) =>
        run.Workspace.OrdersOf(patient.Id)
            .Where(order => visit is null || order.VisitId == visit.Id || (!only && order.VisitId is null))
            .SelectMany(static order => order.Procedures).SelectMany(static procedure => procedure.Steps);
}
