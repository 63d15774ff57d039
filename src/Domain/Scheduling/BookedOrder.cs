using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Scheduling;

/// <summary>Makes an order with one step of a booking, where policy allows it.</summary>
internal static class BookedOrder
{
    /// <summary>The order of the booking by its numbers.</summary>
    public static OrderCommand Name(BookAppointment booking) => Command(booking, null);

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
