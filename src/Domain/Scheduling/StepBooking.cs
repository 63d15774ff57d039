using CloudPacs.Domain.Orders;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Scheduling;

/// <summary>What a booking does to the steps that it is for: time and place, hold or cancel, expired after a no-show.</summary>
internal static class StepBooking
{
    public static void Apply(CommandRun run, BookAppointment booking, AppointmentRow appointment, List<OrderRow> orders)
    {
        var steps = BookedOrder.Steps(run, booking, appointment, orders);
        if (steps.Count == 0) run.Add(AppointmentProblems.NoSuchStep(booking));
        if (booking.Effect == BookingEffect.None)
        {
            if (steps.Exists(step => Moves(run, booking, step))) run.Add(AppointmentProblems.StepKeepsTimeAndPlace(booking));
            return;
        }

        foreach (var step in steps)
        {
            var mayMove = StepStates.IsOpen(step) && !StepStates.IsUnderWay(step);
            if (!mayMove) run.Add(AppointmentProblems.StepStays(booking, step.StepState));
            else if (booking.Effect == BookingEffect.SetTimeAndPlace) Move(run, booking, step);
            else if (StandingBooking(run, appointment, step) is { } other) Keep(run, booking, appointment, step, other);
            else if (booking.Effect == BookingEffect.Hold) Hold(run, booking, step);
            else BookedSteps.Expire(run, step);
        }

        if (booking.Effect == BookingEffect.SetTimeAndPlace) HiddenEntries.Tell(run, steps, booking, Field.Number);
    }

    private static bool Moves(CommandRun run, BookAppointment booking, StepRow step)
    {
        if (!StepStates.IsOpen(step)) return false;
        var attributes = Attributes.Copy(step.Attributes);
        Attributes.Merge(attributes, booking.Attributes, ChangeableAttributes.TimeAndPlace.Contains);
        return (booking.StartIn(run.Context.SiteZone) is { } start && start != step.Start)
            || Attributes.Renew(step.Attributes, attributes) is not null;
    }

    /// <summary>
    /// A new booking also ends the hold that the cancelled one before it made, but not one that was asked for of the order.
    /// </summary>
    private static void Move(CommandRun run, BookAppointment booking, StepRow step)
    {
        BookedSteps.SetTimeAndPlace(run, step, booking.Attributes, booking.StartIn(run.Context.SiteZone));
        if (StepMoves.IsHeldByBooking(step) && step.StateBeforeHold == StepState.Expired)
            StepMoves.Move(run.Outcome, step, StepState.Scheduled, AuditVerbs.StepReleased);
        else if (StepMoves.IsHeldByBooking(step)) StepMoves.Release(run.Outcome, step);
        if (step.StepState is StepState.Draft or StepState.OnHold or StepState.Expired)
            run.Add(AppointmentProblems.OffTheList(booking, step.StepState));
    }

    /// <summary>That of a parent is for the steps of its children.</summary>
    private static AppointmentRow? StandingBooking(CommandRun run, AppointmentRow ended, StepRow step)
    {
        if (run.Workspace.Procedure(step.ProcedureId) is not { } procedure || run.Workspace.Order(procedure.OrderId) is not { } order)
            return null;
        IEnumerable<AppointmentRow> bookings = run.Workspace.BookingsOf(order.Id);
        if (Families.ParentOf(order, run.Workspace) is { } parent) bookings = bookings.Concat(run.Workspace.BookingsOf(parent.Id));
        return StandingBookings.For(step, bookings.Where(row => row.Id != ended.Id));
    }

    /// <summary>A step that was where the ended booking had it goes where the other one has it.</summary>
    private static void Keep(CommandRun run, BookAppointment booking, AppointmentRow ended, StepRow step, AppointmentRow other)
    {
        if (step.Start == ended.Start) BookedSteps.SetTimeAndPlace(run, step, other);
        run.Add(AppointmentProblems.AnotherStands(booking));
    }

    /// <summary>A booking that goes to another order leaves the steps of its former one with another that stands, or as they are.</summary>
    public static void Leave(CommandRun run, BookAppointment booking, AppointmentRow appointment, DateTimeOffset? start, OrderRow former)
    {
        var steps = Families.WithChildren(run, [former]).SelectMany(static order => order.Procedures).SelectMany(static p => p.Steps)
            .Where(step => StandingBookings.IsFor(step, appointment) && StepStates.IsOpen(step) && !StepStates.IsUnderWay(step));
        foreach (var step in steps)
        {
            if (step.Start != start) continue;
            if (StandingBooking(run, appointment, step) is { } other) BookedSteps.SetTimeAndPlace(run, step, other);
            else run.Add(AppointmentProblems.FormerOrderStays(booking));
        }
    }

    private static void Hold(CommandRun run, BookAppointment booking, StepRow step)
    {
        var isOffTheList = step.StepState is StepState.OnHold or StepState.Draft;
        if (isOffTheList && !run.Policy.CanceledBookingsCancel) run.Add(AppointmentProblems.OffTheListAlready(booking, step.StepState));
        else BookedSteps.Hold(run, step);
    }
}
