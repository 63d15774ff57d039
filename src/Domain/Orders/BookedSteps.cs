using CloudPacs.Dicom;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>What a booking does to a step of its order, whichever of the two came first.</summary>
internal static class BookedSteps
{
    public static void SetTimeAndPlace(CommandRun run, StepRow step, DataSet attributes, DateTimeOffset? start)
    {
        var before = (step.Start, step.Attributes, step.StationAeTitles);
        StepWriter.Update(run, step, attributes, start, ChangeableAttributes.TimeAndPlace.Contains);
        if (before != (step.Start, step.Attributes, step.StationAeTitles)) run.Outcome.Record(AuditVerbs.StepRescheduled, step.Id);
    }

    /// <summary>The same from a booking that is stored.</summary>
    public static void SetTimeAndPlace(CommandRun run, StepRow step, AppointmentRow booking) =>
        SetTimeAndPlace(run, step, Attributes.Read(booking.Attributes), booking.Start);

    /// <summary>A cancelled booking holds the step, or cancels it where the policy says so.</summary>
    public static void Hold(CommandRun run, StepRow step)
    {
        if (run.Policy.CanceledBookingsCancel) StepMoves.Move(run.Outcome, step, StepState.Canceled, AuditVerbs.StepCanceled);
        else StepMoves.HoldForBooking(run.Outcome, step);
    }

    /// <summary>Nobody came.</summary>
    public static void Expire(CommandRun run, StepRow step) => StepMoves.Move(run.Outcome, step, StepState.Expired, AuditVerbs.StepExpired);
}
