using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Scheduling;

/// <summary>
/// Applies a booking: the appointment, and time, place or state of the steps of its order. The order itself stays until a command about it
/// ends it.
/// </summary>
public sealed class AppointmentCommands(ChangeContext context, BookAppointment command) : CommandSet(context)
{
    public BookAppointment Command { get; } = command;

    public override IReadOnlyList<string> Lanes =>
        (Command.Patient?.Primary ?? Command.PlacerOrderNumber ?? Command.FillerOrderNumber ?? Command.AccessionNumber) is { } named
            ? [named.Value]
            : [];

    public override WorkspaceKeys Keys(Guid installation) => AppointmentKeys.Of(Command, Context, installation);

    public override WorkspaceKeys? MoreKeys(Workspace loaded) => AppointmentKeys.More(Command, Context, loaded);

    public override Outcome Apply(Workspace workspace, WhyHidden? whyHidden = null) => ApplyAll(workspace, whyHidden, Check, Apply);

    private void Check(CommandRun run)
    {
        run.Outcome.Add(Command.Faults);
        if ((Command.PlacerAppointmentId ?? Command.FillerAppointmentId) is null) run.Add(AppointmentProblems.NoIdentifier(Command));
    }

    private void Apply(CommandRun run)
    {
        var (placerId, fillerId) = (run.Scoped(Command.PlacerAppointmentId), run.Scoped(Command.FillerAppointmentId));
        var known = run.Workspace.FindAppointment(placerId, fillerId);
        if (run.Workspace.FindAppointment(null, fillerId) is { } byFiller && byFiller != known)
        {
            run.Add(AppointmentProblems.IdsOfTwoBookings(Command));
            return;
        }

        if (run.Policy.ChecksAge && Context.Past(Context.SentAt) < known?.SentAt)
        {
            run.Outcome.Flag("stale");
            run.Add(AppointmentProblems.Stale(Command));
            return;
        }

        var patient = Command.Patient is { } person ? PatientRegistry.Upsert(run, person) : null;
        if (run.Outcome.HasErrors) return;
        if (patient is not null)
        {
            VisitRegistry.Upsert(run, patient, Command.Patient!, status: null, hasFutureStart: Command.Start > Context.LocalNow);
            VisitRegistry.TellOfUnnamed(run, Command.Patient!);
        }

        if (known?.PatientId is { } owner && !PatientRegistry.IsOne(run, owner, patient))
        {
            run.Add(AppointmentProblems.OfAnotherPatient(Command));
            return;
        }

        var (former, formerStart) = (known?.OrderId, known?.Start);
        var appointment = Save(run, known, patient);
        var keys = BookedOrder.Keys(run, Command);
        if (FindOrders(run, appointment, patient) is not { } orders) return;
        if (orders.Any(order => !PatientRegistry.IsOf(run, order, patient)))
        {
            run.Add(AppointmentProblems.OtherPatient(Command));
            return;
        }

        // It is for another order now, which has not come.
        if (orders.Count == 0 && !keys.IsEmpty) appointment.OrderId = null;
        if (orders.Count == 0 && !Create(run, patient, orders)) return;
        Link(appointment, orders);
        if (former is { } id && id != appointment.OrderId && run.Workspace.Order(id) is { } before)
            StepBooking.Leave(run, Command, appointment, formerStart, before);
        StepBooking.Apply(run, Command, appointment, orders);
    }

    private AppointmentRow Save(CommandRun run, AppointmentRow? known, PatientRow? patient)
    {
        var (placerId, fillerId) = (run.Scoped(Command.PlacerAppointmentId), run.Scoped(Command.FillerAppointmentId));
        var row = known ?? run.Workspace.AddAppointment(placerId, fillerId, Command.Status ?? "booked");
        row.PlacerAppointmentId ??= placerId;
        row.FillerAppointmentId ??= fillerId;
        if (IsOther(row.PlacerAppointmentId, placerId) || IsOther(row.FillerAppointmentId, fillerId))
            run.Add(AppointmentProblems.OtherIdKept(Command));
        row.Status = Command.Status ?? row.Status;
        row.Start = Command.StartIn(run.Context.SiteZone) ?? row.Start;
        row.PatientId = patient?.Id ?? row.PatientId;
        KeepForOrder(row);
        row.Touch();
        run.Outcome.Describe(row, Command);
        run.Outcome.Record(AuditVerbs.Appointment(row.Status), row.Id);
        return row;
    }

    private static bool IsOther(Identifier? stored, Identifier? sent) => stored is { } known && sent is { } other && !known.Matches(other);

    /// <summary>What an order that comes later needs to know of its booking.</summary>
    private void KeepForOrder(AppointmentRow row)
    {
        row.PlacerOrderNumber = Command.PlacerOrderNumber ?? row.PlacerOrderNumber;
        row.FillerOrderNumber = Command.FillerOrderNumber ?? row.FillerOrderNumber;
        row.AccessionNumber = Command.AccessionNumber ?? row.AccessionNumber;
        row.StepId = Command.StepId ?? row.StepId;
        row.SentAt = Context.Past(Context.SentAt) ?? row.SentAt;
        if (Command.Effect != BookingEffect.None) row.Effect = Command.Effect;
        var attributes = Attributes.Copy(row.Attributes);
        Attributes.Merge(attributes, Command.Attributes, ChangeableAttributes.TimeAndPlace.Contains);
        row.Attributes = Attributes.Renew(row.Attributes, attributes) ?? row.Attributes;
    }

    /// <summary>Null with a problem.</summary>
    private List<OrderRow>? FindOrders(CommandRun run, AppointmentRow appointment, PatientRow? patient)
    {
        var match = BookedOrder.Find(run, Command, appointment, patient);
        var ends = Command.Effect is BookingEffect.Hold or BookingEffect.Expire;
        if (ends && BookedOrder.OrdersOf(run, appointment) is [var booked] && !match.Orders.Contains(booked))
        {
            // Only where it is booked is there something to end.
            run.Add(AppointmentProblems.OfAnotherOrder(Command));
            return Families.WithChildren(run, [booked]);
        }

        if (match.Conflict is not { } conflict) return [.. match.Orders];
        run.Add(conflict(Command));
        return null;
    }

    private bool Create(CommandRun run, PatientRow? patient, List<OrderRow> orders)
    {
        if (Command.Effect == BookingEffect.SetTimeAndPlace && run.Policy.BookingsMakeOrders && patient is not null)
        {
            if (BookedOrder.Create(run, Command) is { } made) orders.Add(made);
            return orders.Count > 0;
        }

        if (Command.Effect != BookingEffect.None) run.Add(AppointmentProblems.NoOrder(Command));
        return false;
    }

    private static void Link(AppointmentRow appointment, List<OrderRow> orders)
    {
        if (appointment.OrderId is null || orders.TrueForAll(order => order.Id != appointment.OrderId)) appointment.OrderId = orders[0].Id;
        appointment.PatientId ??= orders[0].PatientId;
        appointment.Touch();
    }
}
