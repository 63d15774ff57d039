using CloudPacs.Store.Orders;

namespace CloudPacs.Domain;

/// <summary>The one place where a step changes its state, whoever asks for it.</summary>
internal static class StepMoves
{
    // The hold is that of a cancelled booking, which a new booking ends; any other only a release ends.
    private const string HeldByBooking = "held-by-booking";

    /// <summary>Puts the step into another state; a hold remembers the state before it.</summary>
    public static void Move(Outcome outcome, StepRow step, StepState state, string verb)
    {
        step.StateBeforeHold = state == StepState.OnHold ? step.StepState : null;
        step.Flags.Remove(HeldByBooking);
        step.StepState = state;
        step.Touch();
        outcome.Record(verb, step.Id);
    }

    public static void HoldForBooking(Outcome outcome, StepRow step)
    {
        Move(outcome, step, StepState.OnHold, "step.held");
        step.Flags.Add(HeldByBooking);
    }

    public static bool IsHeldByBooking(StepRow step) => step.StepState == StepState.OnHold && step.Flags.Contains(HeldByBooking);

    /// <summary>Back to the state before the hold.</summary>
    public static void Release(Outcome outcome, StepRow step) =>
        Move(outcome, step, step.StateBeforeHold ?? StepState.Scheduled, "step.released");
}
