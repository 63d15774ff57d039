using CloudPacs.Domain.Patients;
using CloudPacs.Store;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// Bookings that came before their order (HL7 v2.5.1 10.6.1.26 and 27 name it; no order of arrival is given): its steps get the time and
/// place that they would have if the bookings had come after it.
/// </summary>
internal static class WaitingBookings
{
    public static void Apply(OrderRun run, OrderRow order, ProcedureRow procedure)
    {
        List<AppointmentRow> bookings = [.. OfParent(run, order), .. Take(run, order)];
        foreach (var booking in bookings)
        {
            foreach (var step in procedure.Steps)
            {
                if (step.StepState != StepState.Scheduled || !StandingBookings.IsFor(step, booking)) continue;
                var isEnded = booking.Effect != BookingEffect.SetTimeAndPlace;
                if (isEnded && StandingBookings.For(step, bookings) is not null) continue;
                // What was said last holds; an order that says nothing of its time takes that of its booking anyway.
                var hasNoTime = !isEnded && step.Flags.Contains(StepWriter.UnscheduledTime);
                if (hasNoTime || booking.SentAt > run.Context.SentAt) Apply(run, booking, step);
            }
        }
    }

    /// <summary>What a parent was booked for is for the steps of its children.</summary>
    private static IEnumerable<AppointmentRow> OfParent(OrderRun run, OrderRow order) =>
        Families.ParentOf(order, run.Workspace) is { } parent && run.Workspace.HasBookingsOf(parent.Id)
            ? run.Workspace.BookingsOf(parent.Id).OrderBy(static booking => booking.SentAt)
            : [];

    /// <summary>The bookings of an order that has come, the one that was sent last at the end.</summary>
    public static List<AppointmentRow> Take(OrderRun run, OrderRow order)
    {
        var keys = run.Keys;
        var bookings = run.Workspace.FindWaitingBookings(keys.Placer?.Value, keys.Filler?.Value, keys.Accession?.Value)
            .Where(booking => IsFor(run, booking, order))
            .OrderBy(static booking => booking.SentAt)
            .ToList();
        foreach (var booking in bookings)
        {
            booking.OrderId = order.Id;
            booking.PatientId ??= order.PatientId;
            booking.Touch();
        }

        return bookings;
    }

    private static bool IsFor(OrderRun run, AppointmentRow booking, OrderRow order) =>
        (Names(booking.PlacerOrderNumber, run.Keys.Placer) || Names(booking.FillerOrderNumber, run.Keys.Filler)
            || Names(booking.AccessionNumber, run.Keys.Accession))
        && (booking.PatientId is not { } id || PatientRegistry.IsOf(run.Run, order, run.Workspace.Survivor(id)));

    /// <summary>Who books names an order as it knows it, often without its application.</summary>
    private static bool Names(Identifier? booked, Identifier? number) =>
        booked is { } known && number is { } given && known.Names(given);

    private static void Apply(OrderRun run, AppointmentRow booking, StepRow step)
    {
        switch (booking.Effect)
        {
            case BookingEffect.SetTimeAndPlace: BookedSteps.SetTimeAndPlace(run.Run, step, booking); break;
            case BookingEffect.Hold: BookedSteps.Hold(run.Run, step); break;
            case BookingEffect.Expire: BookedSteps.Expire(run.Run, step); break;
        }

        if (booking.Effect != BookingEffect.SetTimeAndPlace) run.Add(OrderWarnings.BookingEnded(run.Command, step.StepState));
    }
}
