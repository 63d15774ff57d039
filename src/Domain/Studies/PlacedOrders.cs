using CloudPacs.Store.Orders;
using CloudPacs.Store.Studies;

namespace CloudPacs.Domain.Studies;

/// <summary>
/// What becomes of an order that was placed for a study alone (<see cref="StudyOrders"/>) when a person says that the study is not of it:
/// nobody has asked for it, so it was entered in error, until that is taken back.
/// </summary>
internal static class PlacedOrders
{
    public static void Settle(CommandRun run, StudyRow study, StudyLinkRow link, OrderDecision decision)
    {
        if (run.Workspace.Order(link.OrderId) is not { } order || !IsPlacedFor(study, order)) return;
        var isInError = !run.Workspace.PeekStudiesOf(order).Any();
        if (order.EnteredInError == isInError) return;
        if (order.PlacerNumber is not null)
        {
            // Somebody else knows of it by that number.
            run.Add(DecisionProblems.OrderStays(decision));
            return;
        }

        order.EnteredInError = isInError;
        order.Touch();
        run.Outcome.Record(isInError ? AuditVerbs.OrderEnteredInError : AuditVerbs.OrderUpdated, order.Id);
        run.Outcome.Explain(order, decision.Reason);
    }

    private static bool IsPlacedFor(StudyRow study, OrderRow order) =>
        order.Procedures is [{ Steps.Count: > 0 } only] && only.StudyInstanceUid == study.StudyInstanceUid
        && only.Steps.TrueForAll(StepMoves.IsUnscheduled);
}
