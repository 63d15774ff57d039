using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Scheduling;

/// <summary>What a booking does to the steps that it is for: time and place, hold or cancel, expired after a no-show.</summary>
internal static class StepBooking
{
    private static readonly ErrorLocation Place = new("SCH", 1, 26);

    public static void Apply(MessageRun run, MappedAppointment booking, AppointmentEvent @event, IReadOnlyList<StepRow> steps)
    {
        foreach (var step in steps)
        {
            var mayMove = step.StepState is StepState.Draft or StepState.Scheduled or StepState.Arrived or StepState.Ready or StepState.OnHold or StepState.Expired;
            if (@event.Effect == BookingEffect.None) continue;
            if (!mayMove)
                run.Outcome.Warn(207, Place, $"The booking changes nothing of a step that is {StepStateTable.Name(step.StepState)}: only the appointment was stored.");
            else if (@event.Effect == BookingEffect.SetTimeAndPlace) Move(run, booking, step);
            else if (@event.Effect == BookingEffect.Hold) TakeOff(run, step);
            else StepMoves.Move(run.Outcome, step, StepState.Expired, "step.expired");
        }
    }

    /// <summary>A new booking also ends the hold that the cancelled one before it made, but not one that an order message made.</summary>
    private static void Move(MessageRun run, MappedAppointment booking, StepRow step)
    {
        StepWriter.Update(run, step, booking.Attributes, booking.Start, ChangeableAttributes.TimeAndPlace.Contains);
        run.Outcome.Record("step.rescheduled", step.Id);
        if (StepMoves.IsHeldByBooking(step) && step.StateBeforeHold == StepState.Expired) StepMoves.Move(run.Outcome, step, StepState.Scheduled, "step.released");
        else if (StepMoves.IsHeldByBooking(step)) StepMoves.Release(run.Outcome, step);
        if (step.StepState is StepState.Draft or StepState.OnHold or StepState.Expired)
            run.Outcome.Warn(207, Place, $"The step has its time and place and is {StepStateTable.Name(step.StepState)}, so it stays off the worklist.");
    }

    private static void TakeOff(MessageRun run, StepRow step)
    {
        if (run.Policy.SiuCancels) StepMoves.Move(run.Outcome, step, StepState.Canceled, "step.canceled");
        else if (step.StepState is not (StepState.OnHold or StepState.Draft)) StepMoves.HoldForBooking(run.Outcome, step);
        else run.Outcome.Warn(207, Place, $"The step is {StepStateTable.Name(step.StepState)} and off the worklist already: only the appointment was stored.");
    }
}
