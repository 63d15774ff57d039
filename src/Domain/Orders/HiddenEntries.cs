using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Tells of steps that no query finds; what was asked would else be lost in silence.</summary>
internal static class HiddenEntries
{
    public static void Tell(CommandRun run, IEnumerable<StepRow> steps, Details part, Field field)
    {
        if (run.WhyHidden is not { } whyHidden) return;
        foreach (var step in steps)
        {
            if (run.Workspace.Procedure(step.ProcedureId) is not { } procedure || run.Workspace.Order(procedure.OrderId) is not { } order)
                continue;
            var visit = order.VisitId is { } id ? run.Workspace.Visit(id) : null;
            if (whyHidden(step, order, visit, run.Context.Now) is { } reason) run.Add(OrderWarnings.Hidden(part, field, reason));
        }
    }
}
