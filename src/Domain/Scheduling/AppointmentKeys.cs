using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Scheduling;

/// <summary>Under which keys rows are looked for when a booking is applied.</summary>
internal static class AppointmentKeys
{
    public static WorkspaceKeys Of(BookAppointment booking, ChangeContext context, Guid installation)
    {
        var keys = new WorkspaceKeys();
        if (booking.Patient is { } patient) PatientKeys.Add(keys, patient);
        if (booking.PlacerAppointmentId is { } placerId) keys.AppointmentIds.Add(placerId.Value);
        if (booking.FillerAppointmentId is { } fillerId) keys.AppointmentIds.Add(fillerId.Value);
        OrderSetKeys.Add(keys, OrderKeys.Of(BookedOrder.Name(booking), context, installation), context.Policy);
        return keys;
    }

    /// <summary>
    /// The orders that are and were booked, with all their bookings. The history of a patient is asked for only where a rule walks through
    /// it: families of orders, and images that show old data.
    /// </summary>
    public static WorkspaceKeys? More(BookAppointment booking, ChangeContext context, Workspace loaded)
    {
        var run = new CommandRun(loaded, context, whyHidden: null);
        var known = loaded.FindAppointment(run.Scoped(booking.PlacerAppointmentId), run.Scoped(booking.FillerAppointmentId));
        var patient = booking.Patient is { } person ? PatientRegistry.Find(run, person) : null;
        var orders = BookedOrder.Find(run, booking, known, patient).Orders.Concat(BookedOrder.OrdersOf(run, known)).ToList();
        WorkspaceKeys? keys = null;
        if (booking.Patient is { } details) AddHistory(run, ref keys, booking, details);
        if (orders.Count == 0 && known?.OrderId is null) return keys;
        keys ??= new WorkspaceKeys();
        if (known?.OrderId is { } former) keys.OrderIds.Add(former);
        foreach (var order in orders)
        {
            keys.OrderIds.Add(order.Id);
            if (!OrderSetKeys.IsOfFamily(order)) continue;
            foreach (var held in run.Workspace.Patient(order.PatientId)?.Identifiers ?? [])
                keys.OrdersOfPatients.Add(held.Identifier.Value);
            if (Families.ParentOf(order, loaded) is { } parent) keys.OrderIds.Add(parent.Id);
        }

        return keys;
    }

    private static void AddHistory(CommandRun run, ref WorkspaceKeys? keys, BookAppointment booking, PatientDetails patient)
    {
        if (OrderSetKeys.IsOfFamily(run, BookedOrder.Name(booking))) PatientKeys.AddHistory(ref keys, patient);
        else PatientKeys.AddHistoryIfChanged(run, ref keys, patient);
    }
}
