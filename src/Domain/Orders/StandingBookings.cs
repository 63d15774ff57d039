using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Bookings that hold: one that was ended takes nothing from a step that another one is for.</summary>
internal static class StandingBookings
{
    /// <summary>What was said last of the time and place of a step, or null when no booking gives it one.</summary>
    public static AppointmentRow? For(StepRow step, IEnumerable<AppointmentRow> bookings) => bookings
        .Where(row => row.Effect == BookingEffect.SetTimeAndPlace && IsFor(step, row))
        .MaxBy(static row => (row.SentAt, row.Id));

    /// <summary>Whether a booking is for this step of its order.</summary>
    public static bool IsFor(StepRow step, AppointmentRow booking) => booking.StepId is not { } id || StepIds.IsKnownAs(step, id);
}
