using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Scheduling;

/// <summary>The order of a booking: found by what the booking says and what is known of it, or made where policy allows it.</summary>
internal static class BookedOrder
{
    /// <summary>The order of the booking by its numbers.</summary>
    public static OrderCommand Name(BookAppointment booking) => Command(booking, null);

    /// <summary>The numbers by which a booking names its order; empty when it names none.</summary>
    public static OrderKeys Keys(CommandRun run, BookAppointment booking) =>
        OrderKeys.Of(Name(booking), run.Context, run.Workspace.InstallationNamespace);

    /// <summary>By the numbers given, else the order of the booking as it is known; with the children of a parent.</summary>
    public static OrderMatch Find(CommandRun run, BookAppointment booking, AppointmentRow? known, PatientRow? patient)
    {
        var keys = Keys(run, booking);
        var match = keys.IsEmpty ? new OrderMatch(OrdersOf(run, known)) : OrderMatch.Find(run, keys, request: null, patient);
        return match with { Orders = Families.WithChildren(run, match.Orders) };
    }

    /// <summary>The order that a booking was for so far.</summary>
    public static OrderRow[] OrdersOf(CommandRun run, AppointmentRow? known) =>
        known?.OrderId is { } id && run.Workspace.Order(id) is { } order ? [order] : [];

    /// <summary>The steps that the booking is for; one that names no order means what it was for before.</summary>
    public static List<StepRow> Steps(CommandRun run, BookAppointment booking, AppointmentRow known, IReadOnlyList<OrderRow> orders)
    {
        var keys = Keys(run, booking);
        var stepId = booking.StepId ?? (keys.IsEmpty ? known.StepId : null);
        if (keys.IsEmpty) keys = keys with { Accession = known.AccessionNumber };
        return OrderMatch.Steps(orders, keys, stepId is null ? [] : [stepId]);
    }

    /// <summary>The new order, or null with problems: it needs a number and a modality as any order does.</summary>
    public static OrderRow? Create(CommandRun run, BookAppointment booking)
    {
        var step = new StepDetails
        {
            StepId = booking.StepId, Attributes = booking.Attributes, Start = booking.Start, StartInstant = booking.StartInstant,
        };
        var command = Command(booking, new ProcedureDetails { Steps = [step] });

        // The booking speaks of what is hidden.
        var outcome = new OrderCommands(run.Context, [booking.Patient!], [command]).Apply(run.Workspace, whyHidden: null);
        run.Outcome.Absorb(outcome);
        var keys = OrderKeys.Of(command, run.Context, run.Workspace.InstallationNamespace) with { StepIds = [] };
        var patient = PatientRegistry.Find(run, booking.Patient!);
        return !outcome.HasErrors && OrderMatch.Find(run, keys, command.Request, patient).Orders is [var made, ..] ? made : null;
    }

    private static OrderCommand Command(BookAppointment booking, ProcedureDetails? procedure) => new()
    {
        Request = OrderRequest.Place,
        PlacerNumber = booking.PlacerOrderNumber,
        FillerNumber = booking.FillerOrderNumber,
        AccessionNumber = booking.AccessionNumber,
        StepIds = booking.StepId is { } id ? [id] : [],
        Procedure = procedure,
    };
}
