using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Scheduling;

/// <summary>What can be wrong with bookings, or worth telling.</summary>
internal static class AppointmentProblems
{
    public static Problem NoIdentifier(BookAppointment booking) =>
        Error("APT-001", booking, Field.AppointmentId, "The booking has no id: send one.");

    public static Problem OtherPatient(BookAppointment booking) => Error("APT-002", booking, Field.Number,
        "The order of the booking belongs to another patient: correct the patient or the order number.");

    public static Problem NoSuchStep(BookAppointment booking) =>
        Warning("APT-003", booking, "The order of the booking has no such step: only the appointment was stored.");

    public static Problem NoOrder(BookAppointment booking) =>
        Warning("APT-004", booking, "No order is known for the booking: only the appointment was stored.");

    public static Problem StepStays(BookAppointment booking, StepState state) => Warning("APT-005", booking,
        $"The booking changes nothing of a step that is {StepStates.Name(state)}: only the appointment was stored.");

    public static Problem OffTheList(BookAppointment booking, StepState state) => Warning("APT-006", booking,
        $"The step has its time and place and is {StepStates.Name(state)}, so it stays off the worklist.");

    public static Problem OffTheListAlready(BookAppointment booking, StepState state) => Warning("APT-007", booking,
        $"The step is {StepStates.Name(state)} and off the worklist already: only the appointment was stored.");

    public static Problem Stale(BookAppointment booking) => Warning("APT-008", booking,
        "The booking is older than what was said of it last: it was not applied; switch staleCheck off if this sender's clock is wrong.");

    public static Problem AnotherStands(BookAppointment booking) => Warning("APT-009", booking,
        "Another booking of the order stands, so its step stays on the worklist, at the time and place that it has by that one.");

    public static Problem FormerOrderStays(BookAppointment booking) => Warning("APT-010", booking,
        "The booking was of another order, which keeps the time that it had: send a booking, or a new time, of that order.");

    public static Problem OfAnotherOrder(BookAppointment booking) => Warning("APT-011", booking,
        "The booking is of another order than the one that is named: it was ended there.");

    public static Problem OfAnotherPatient(BookAppointment booking) => Error("APT-012", booking, Field.AppointmentId,
        "The id is that of a booking of another patient: correct the patient or the id.");

    public static Problem IdsOfTwoBookings(BookAppointment booking) => Error("APT-013", booking, Field.AppointmentId,
        "The two ids are those of two bookings: correct one of them.");

    public static Problem OtherIdKept(BookAppointment booking) => Warning("APT-014", booking, Field.AppointmentId,
        "The booking is known by another id beside the one that it was found by: that one was kept, and the one sent was left out.");

    public static Problem StepKeepsTimeAndPlace(BookAppointment booking) => Warning("APT-015", booking,
        "The event moves no step: only the appointment was changed; send a rescheduling (S13) for a new time or place.");

    private static Problem Error(string code, BookAppointment booking, Field field, string text) =>
        new(code, Severity.Error, booking, field, text);

    private static Problem Warning(string code, BookAppointment booking, string text) => Warning(code, booking, Field.Number, text);

    private static Problem Warning(string code, BookAppointment booking, Field field, string text) =>
        new(code, Severity.Warning, booking, field, text);
}
