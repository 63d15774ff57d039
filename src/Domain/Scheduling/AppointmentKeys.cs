using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Store.Orders;
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
    /// The orders that are booked with all their bookings. The history of the patient is asked for only where a rule walks through it:
    /// families of orders, and images that show old data.
    /// </summary>
    public static WorkspaceKeys? More(BookAppointment booking, ChangeContext context, Workspace loaded)
    {
        var run = new CommandRun(loaded, context, whyHidden: null);
        var known = loaded.FindAppointment(run.Scoped(booking.PlacerAppointmentId), run.Scoped(booking.FillerAppointmentId));
        WorkspaceKeys? keys = null;
        if (booking.Patient is { } patient) AddHistory(run, ref keys, booking, patient, known);
        if (BookedOrder.Keys(run, booking).IsEmpty)
        {
            if (known?.OrderId is { } id) (keys ??= new WorkspaceKeys()).OrderIds.Add(id);
            return keys;
        }

        foreach (var order in OrdersOf(run, booking)) (keys ??= new WorkspaceKeys()).OrderIds.Add(order.Id);
        return keys;
    }

    private static void AddHistory(
        CommandRun run, ref WorkspaceKeys? keys, BookAppointment booking, PatientDetails patient, AppointmentRow? known)
    {
        var isOfFamily = OrderSetKeys.IsOfFamily(run, BookedOrder.Name(booking))
            || (known?.OrderId is { } id && run.Workspace.Order(id) is { } order && OrderSetKeys.IsOfFamily(order));
        if (isOfFamily) PatientKeys.AddHistory(ref keys, patient);
        else PatientKeys.AddHistoryIfChanged(run, ref keys, patient);
    }

    /// <summary>The orders that the booking names, as far as they are there.</summary>
    private static IReadOnlyList<OrderRow> OrdersOf(CommandRun run, BookAppointment booking)
    {
        var patient = booking.Patient is { } person ? PatientRegistry.Find(run, person) : null;
        var orders = OrderMatch.Find(run, BookedOrder.Keys(run, booking), request: null, patient).Orders;
        return patient is not null && run.Workspace.HasOrdersOf(patient.Id) ? Families.WithChildren(run, orders, patient) : orders;
    }
}
