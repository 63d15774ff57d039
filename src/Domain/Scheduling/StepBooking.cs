using CloudPacs.Domain.Orders;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Scheduling;

/// <summary>What a booking does to the steps that it is for: time and place, hold or cancel, expired after a no-show.</summary>
internal static class StepBooking
{
    public static void Apply(CommandRun run, BookAppointment booking, IReadOnlyList<StepRow> steps)
    {
        foreach (var step in steps)
        {
            if (booking.Effect == BookingEffect.None) continue;
            var mayMove = StepStates.IsOpen(step) && !StepStates.IsUnderWay(step);
            if (!mayMove) run.Add(AppointmentProblems.StepStays(booking, step.StepState));
            else if (booking.Effect == BookingEffect.SetTimeAndPlace) Move(run, booking, step);
            else if (booking.Effect == BookingEffect.Hold) Hold(run, booking, step);
            else BookedSteps.Expire(run, step);
        }
    }

    /// <summary>
    /// A new booking also ends the hold that the cancelled one before it made, but not one that was asked for of the order.
    /// </summary>
    private static void Move(CommandRun run, BookAppointment booking, StepRow step)
    {
        BookedSteps.SetTimeAndPlace(run, step, booking.Attributes, booking.StartIn(run.Context.SiteZone));
        if (StepMoves.IsHeldByBooking(step) && step.StateBeforeHold == StepState.Expired)
            StepMoves.Move(run.Outcome, step, StepState.Scheduled, "step.released");
        else if (StepMoves.IsHeldByBooking(step)) StepMoves.Release(run.Outcome, step);
        if (step.StepState is StepState.Draft or StepState.OnHold or StepState.Expired)
            run.Add(AppointmentProblems.OffTheList(booking, step.StepState));
    }

    private static void Hold(CommandRun run, BookAppointment booking, StepRow step)
    {
        var isOffTheList = step.StepState is StepState.OnHold or StepState.Draft;
        if (isOffTheList && !run.Policy.CanceledBookingsCancel) run.Add(AppointmentProblems.OffTheListAlready(booking, step.StepState));
        else BookedSteps.Hold(run, step);
    }
}
