using CloudPacs.Store.Orders;

namespace CloudPacs.Domain;

/// <summary>The one place where a step changes its state, whoever asks for it.</summary>
public static class StepMoves
{
    // The hold is that of a cancelled booking, which a new booking ends; any other only a release ends.
    private const string HeldByBooking = "held-by-booking";

    // The modality has ended the step, and not an order: it was tried.
    private const string EndedByModality = "ended-by-modality";

    // The step was performed without an order, which was placed afterwards.
    private const string Unscheduled = "unscheduled";

    /// <summary>Puts the step into another state; a hold remembers the state before it.</summary>
    internal static void Move(Outcome outcome, StepRow step, StepState state, string verb)
    {
        step.StateBeforeHold = state == StepState.OnHold ? step.StepState : null;
        step.Flags.Remove(HeldByBooking);
        step.Flags.Remove(EndedByModality);
        step.StepState = state;
        step.Touch();
        outcome.Record(verb, step.Id);
    }

    internal static void HoldForBooking(Outcome outcome, StepRow step)
    {
        Move(outcome, step, StepState.OnHold, AuditVerbs.StepHeld);
        step.Flags.Add(HeldByBooking);
    }

    /// <summary>The modality gives the step up.</summary>
    internal static void EndByModality(Outcome outcome, StepRow step, string verb)
    {
        Move(outcome, step, StepState.Discontinued, verb);
        step.Flags.Add(EndedByModality);
    }

    public static bool IsEndedByModality(StepRow step) => step.StepState == StepState.Discontinued && step.Flags.Contains(EndedByModality);

    internal static void MarkUnscheduled(StepRow step) => step.Flags.Add(Unscheduled);

    /// <summary>Whether the order was placed for what had been performed without one.</summary>
    public static bool IsUnscheduled(StepRow step) => step.Flags.Contains(Unscheduled);

    internal static bool IsHeldByBooking(StepRow step) => step.StepState == StepState.OnHold && step.Flags.Contains(HeldByBooking);

    /// <summary>Back to the state before the hold.</summary>
    internal static void Release(Outcome outcome, StepRow step) =>
        Move(outcome, step, step.StateBeforeHold ?? StepState.Scheduled, AuditVerbs.StepReleased);
}
