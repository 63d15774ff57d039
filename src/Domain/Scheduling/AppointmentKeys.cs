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
    /// The history of the patient is asked for only where a rule walks through it: families of orders, and images that show old data.
    /// </summary>
    public static WorkspaceKeys? More(BookAppointment booking, ChangeContext context, Workspace loaded)
    {
        if (booking.Patient is not { } patient) return null;
        WorkspaceKeys? keys = null;
        var run = new CommandRun(loaded, context, whyHidden: null);
        var isOfFamily = OrderSetKeys.IsOfFamily(run, BookedOrder.Name(booking))
            || (BookedOf(run, booking) is { } order && OrderSetKeys.IsOfFamily(order));
        if (isOfFamily) PatientKeys.AddHistory(ref keys, patient);
        else PatientKeys.AddHistoryIfChanged(run, ref keys, patient);
        return keys;
    }

    private static OrderRow? BookedOf(CommandRun run, BookAppointment booking) =>
        run.Workspace.FindAppointment(run.Scoped(booking.PlacerAppointmentId), run.Scoped(booking.FillerAppointmentId))?.OrderId is { } id
            ? run.Workspace.Order(id)
            : null;
}
