using CloudPacs.Hl7v2;
using CloudPacs.Integration.Mapping;
using CloudPacs.Integration.Orders;
using CloudPacs.Integration.Patients;
using CloudPacs.Store.Orders;

namespace CloudPacs.Integration.Scheduling;

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
            else Expire(run, step);
        }
    }

    /// <summary>A new booking also ends the hold that the cancelled one before it made, but not one that an order message made.</summary>
    private static void Move(MessageRun run, MappedAppointment booking, StepRow step)
    {
        StepWriter.Update(run, step, booking.Attributes, booking.Start, ChangeableAttributes.TimeAndPlace.Contains);
        run.Outcome.Record("step.rescheduled", step.Id);
        if (!step.Flags.Remove(HeldByBooking) || step.StepState != StepState.OnHold) return;
        var before = step.StateBeforeHold ?? StepState.Scheduled;
        step.StateBeforeHold = null;
        Set(run, step, before == StepState.Expired ? StepState.Scheduled : before, "step.released");
    }

    private static void TakeOff(MessageRun run, StepRow step)
    {
        if (run.Policy.SiuCancels)
        {
            step.StateBeforeHold = null;
            Set(run, step, StepState.Canceled, "step.canceled");
        }
        else if (step.StepState is not (StepState.OnHold or StepState.Draft))
        {
            step.StateBeforeHold = step.StepState;
            step.Flags.Add(HeldByBooking);
            Set(run, step, StepState.OnHold, "step.held");
        }
        else run.Outcome.Warn(207, Place, $"The step is {StepStateTable.Name(step.StepState)} and off the worklist already: only the appointment was stored.");
    }

    private static void Expire(MessageRun run, StepRow step)
    {
        step.StateBeforeHold = null;
        Set(run, step, StepState.Expired, "step.expired");
    }

    private static void Set(MessageRun run, StepRow step, StepState state, string verb)
    {
        step.StepState = state;
        step.Touch();
        run.Outcome.Record(verb, step.Id);
    }

    private const string HeldByBooking = "held-by-booking";
}
