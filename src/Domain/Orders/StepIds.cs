using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// The ids by which a scheduled procedure step is known: that of its sender, or one that we made, and those that it had before.
/// </summary>
internal static class StepIds
{
    /// <summary>Flag of a step whose id we made: whoever asks something of it by an id knows another one.</summary>
    private const string OwnId = "own-step-id";

    /// <summary>Flag with an id that a step had before its sender gave it one: modalities and others may still name it so.</summary>
    private const string FormerId = "was:";

    /// <summary>Notes that the id of the step is one that we made.</summary>
    public static void MarkOwn(StepRow step) => step.Flags.Add(OwnId);

    public static bool IsKnownAs(StepRow step, string id) => step.StepId == id || step.Flags.Contains(FormerId + id);

    /// <summary>The step of a procedure that has no other and an id of ours is the one that its author names; else null.</summary>
    public static StepRow? Named(OrderRun run, IReadOnlyList<StepRow> stored, string id)
    {
        if (stored is not [var only] || !only.Flags.Contains(OwnId) || id.Length > GeneratedNumber.MaxLength) return null;
        if (StepStates.IsUnderWay(only))
        {
            run.Add(OrderWarnings.OnlyStepMeant(run.Command));
            return only;
        }

        only.Flags.Remove(OwnId);
        only.Flags.Add(FormerId + only.StepId);
        only.StepId = id;
        only.Touch();
        if (run.Request is not (OrderRequest.Place or OrderRequest.PlaceReplacement or OrderRequest.PlaceChild))
            run.Add(OrderWarnings.StepNamed(run.Command));
        return only;
    }

    /// <summary>The step of an order that has no other, when its id is ours; else null.</summary>
    public static StepRow? OnlyWithOwnId(IEnumerable<OrderRow> orders) =>
        orders.SelectMany(static order => order.Procedures).SelectMany(static procedure => procedure.Steps).Take(2).ToList() is [var only]
            && only.Flags.Contains(OwnId) ? only : null;
}
