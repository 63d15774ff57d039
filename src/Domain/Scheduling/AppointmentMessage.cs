using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Scheduling;

/// <summary>
/// Applies a booking (SIU S12 to S26): the appointment, and time, place or state of the steps of its order. The order itself stays until an
/// order message ends it (HL7 reference A14).
/// </summary>
internal static class AppointmentMessage
{
    public static Outcome Apply(
        MappedMessage message, Workspace workspace, SenderPolicy policy, MessageFacts facts, SiteRules? rules = null)
    {
        var run = new MessageRun(message, workspace, policy, facts, rules);
        run.Outcome.Add(message.Problems);
        if (!AppointmentEventTable.Events.TryGetValue(facts.TriggerEvent, out var @event))
        {
            if (run.Rules.Strict) run.Outcome.Add(PatientProblems.UnknownEvent());
            else run.Outcome.Warn(201, PatientProblems.At("MSH", 1, 9), "This event is not one that the engine applies: it was stored and nothing changed.");
            run.Outcome.IsKept = !run.Outcome.HasErrors;
            return run.Outcome;
        }

        if (message.Appointment is not { } booking || (booking.PlacerAppointmentId ?? booking.FillerAppointmentId) is null)
        {
            run.Outcome.Add(new Problem(101, Severity.Error, new ErrorLocation("SCH", 1, 2), "The booking has no id: send one in SCH-2 or SCH-1."));
            run.Outcome.Discard();
            return run.Outcome;
        }

        using var savepoint = workspace.Begin();
        if (!run.Outcome.HasErrors) Apply(run, booking, @event);
        if (run.Outcome.HasErrors) run.Outcome.Discard();
        else savepoint.Keep();
        return run.Outcome;
    }

    private static void Apply(MessageRun run, MappedAppointment booking, AppointmentEvent @event)
    {
        var person = run.Message.Patients.Find(static p => p.Primary is not null);
        var patient = person is null ? null : PatientRegistry.Upsert(run, person);
        if (run.Outcome.HasErrors) return;
        if (patient is not null) VisitRegistry.Upsert(run, patient, person!, status: null, hasFutureStart: booking.Start > run.Facts.LocalNow);

        var keys = KeysOf(run, booking);
        var appointment = Save(run, booking, @event, patient);
        var orders = FindOrders(run, keys, appointment, patient);
        if (orders is null) return;
        if (orders.Any(order => !PatientRegistry.IsOf(run, order, patient)))
        {
            run.Outcome.Add(new Problem(205, Severity.Error, new ErrorLocation("SCH", 1, 26),
                "The order of the booking belongs to another patient: correct the patient or the order number."));
            return;
        }

        if (orders.Count == 0 && !Create(run, booking, @event, patient, orders)) return;
        Link(run, appointment, orders);
        var steps = OrderMatch.Steps(orders, keys, booking.StepId is { } id ? [id] : []);
        if (steps.Count == 0) run.Outcome.Warn(204, new ErrorLocation("SCH", 1, 26), "The order of the booking has no such step: only the appointment was stored.");
        else StepBooking.Apply(run, booking, @event, steps);
        if (@event.Effect == BookingEffect.SetTimeAndPlace) run.WarnOfHidden(steps, new ErrorLocation("SCH", 1, 26));
    }

    private static OrderKeys KeysOf(MessageRun run, MappedAppointment booking) => OrderKeys.Of(
        new MappedGroup { PlacerNumber = booking.PlacerOrderNumber, FillerNumber = booking.FillerOrderNumber, AccessionNumber = booking.AccessionNumber, StepId = booking.StepId },
        run.Policy, run.Facts, run.Workspace.InstallationNamespace);

    private static AppointmentRow Save(MessageRun run, MappedAppointment booking, AppointmentEvent @event, PatientRow? patient)
    {
        var (placerId, fillerId) = (run.Scoped(booking.PlacerAppointmentId), run.Scoped(booking.FillerAppointmentId));
        var status = booking.Status is { } sent && AppointmentEventTable.Statuses.TryGetValue(sent, out var overriding) ? overriding : @event.Status;
        var row = run.Workspace.FindAppointment(placerId, fillerId) ?? run.Workspace.AddAppointment(placerId, fillerId, status ?? "booked");
        row.PlacerAppointmentId ??= placerId;
        row.FillerAppointmentId ??= fillerId;
        row.Status = status ?? row.Status;
        row.Start = booking.StartInstant ?? row.Start;
        row.PatientId = patient?.Id ?? row.PatientId;
        row.Touch();
        run.Outcome.Describe(row, booking.Scope);
        run.Outcome.Record("appointment." + row.Status, row.Id);
        return row;
    }

    /// <summary>By the numbers of the message, else the order of the booking as it is known; null with a problem.</summary>
    private static List<OrderRow>? FindOrders(MessageRun run, OrderKeys keys, AppointmentRow appointment, PatientRow? patient)
    {
        var match = OrderMatch.Find(run.Workspace, keys, run.Policy, isPart: false, keys.StepId is not null);
        if (match.Conflict is { } conflict)
        {
            run.Outcome.Add(new Problem(205, Severity.Error, new ErrorLocation("SCH", 1, 26), conflict));
            return null;
        }

        var orders = Families.WithChildren(run, match.Orders, patient);
        if (orders.Count == 0 && keys.IsEmpty && appointment.OrderId is { } known && run.Workspace.Order(known) is { } order) orders.Add(order);
        return orders;
    }

    private static bool Create(MessageRun run, MappedAppointment booking, AppointmentEvent @event, PatientRow? patient, List<OrderRow> orders)
    {
        if (@event.Effect == BookingEffect.SetTimeAndPlace && run.Policy.SiuCreates && patient is not null)
        {
            if (BookedOrder.Create(run, booking) is { } made) orders.Add(made);
            return orders.Count > 0;
        }

        if (@event.Effect != BookingEffect.None)
            run.Outcome.Warn(204, new ErrorLocation("SCH", 1, 26), "No order is known for the booking: only the appointment was stored.");
        return false;
    }

    private static void Link(MessageRun run, AppointmentRow appointment, List<OrderRow> orders)
    {
        if (appointment.OrderId is null || orders.TrueForAll(order => order.Id != appointment.OrderId)) appointment.OrderId = orders[0].Id;
        appointment.PatientId ??= orders[0].PatientId;
        appointment.Touch();
    }
}
