using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Mapping;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Scheduling;

/// <summary>Makes an order with one step of a booking, where the sender's policy says <c>siuCreates</c>.</summary>
internal static class BookedOrder
{
    /// <summary>The new order, or null with problems: it needs a number and a modality as any order does.</summary>
    public static OrderRow? Create(MessageRun run, MappedAppointment booking)
    {
        var group = new MappedGroup
        {
            Control = "NW",
            PlacerNumber = booking.PlacerOrderNumber,
            FillerNumber = booking.FillerOrderNumber,
            AccessionNumber = booking.AccessionNumber,
            StepId = booking.StepId,
        };
        var procedure = new MappedProcedure { First = group, Attributes = new DataSet() };
        procedure.Steps.Add(new MappedStep { Group = group, Attributes = booking.Attributes, Start = booking.Start, StartInstant = booking.StartInstant });
        var message = new MappedMessage { MapVersion = run.Message.MapVersion };
        message.Patients.AddRange(run.Message.Patients.Where(static patient => patient.Primary is not null).Take(1));
        message.Procedures.Add(procedure);
        message.Groups.Add(group);

        var outcome = OrderMessage.Apply(message, run.Workspace, run.Policy, run.Facts, run.Rules with { WhyHidden = null }); // the booking speaks of what is hidden
        run.Outcome.Absorb(outcome);
        var keys = OrderKeys.Of(group, run.Policy, run.Facts, run.Workspace.InstallationNamespace);
        return !outcome.HasErrors && OrderMatch.Find(run.Workspace, keys, run.Policy, isPart: false, namesSteps: false).Orders is [var made, ..] ? made : null;
    }
}
