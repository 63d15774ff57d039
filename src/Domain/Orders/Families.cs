using CloudPacs.Store.Orders;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Orders;

/// <summary>Parents and children of a split order.</summary>
public static class Families
{
    /// <summary>The order becomes, or is made as, the container of its children and has no steps on the list.</summary>
    internal static void MakeParent(OrderRun run)
    {
        var order = run.Orders.Find(static o => o.IsParent) ?? run.Orders.Find(static o => o.Parent is null) ?? OrderCreation.NewOrder(run);
        if (order is null) return;
        run.Shared.Parent = order.PlacerNumber ?? order.FillerNumber;
        run.Outcome.Describe(order, run.Command.Procedure);
        if (!run.Shared.Commands.Any(static command => command.Request == OrderRequest.PlaceChild))
            run.Add(OrderWarnings.ParentHasNoEntry(run.Command));
        if (order.IsParent) return;
        order.IsParent = true;
        order.Touch();
        WaitingBookings.Take(run, order);
        run.Outcome.Record(AuditVerbs.OrderParent, order.Id);
        foreach (var step in order.Procedures.SelectMany(static procedure => procedure.Steps))
        {
            if (StepStates.IsUnderWay(step)) run.Add(OrderWarnings.StepStaysUnderParent(run.Command, step.StepState));
            else if (StepStates.IsOpen(step)) run.Set(step, StepState.Canceled, AuditVerbs.StepCanceled);
        }
    }

    /// <summary>
    /// The orders and the children of those that are parents, as far as the orders of their patient are there to look through.
    /// </summary>
    internal static List<OrderRow> WithChildren(CommandRun run, IReadOnlyList<OrderRow> orders)
    {
        List<OrderRow> all = [.. orders];
        foreach (var parent in orders.Where(order => order.IsParent && run.Workspace.HasOrdersOf(order.PatientId)))
            all.AddRange(ChildrenOf(parent, run.Workspace.OrdersOf(parent.PatientId)).Where(child => !all.Contains(child)));
        return all;
    }

    /// <summary>The parent of a child, when it is among the rows.</summary>
    public static OrderRow? ParentOf(OrderRow child, Workspace workspace) => child.Parent is null ? null : FindParent(child, workspace);

    private static OrderRow? FindParent(OrderRow child, Workspace workspace) =>
        workspace.Rows.OfType<OrderRow>().FirstOrDefault(order =>
            order.IsParent && order.PatientId == child.PatientId && ChildrenOf(order, [child]).Any());

    public static IEnumerable<OrderRow> ChildrenOf(OrderRow parent, IEnumerable<OrderRow> ordersOfPatient) =>
        ordersOfPatient.Where(order => order.Id != parent.Id && order.Parent is { } named
            && (parent.PlacerNumber?.Matches(named) == true || parent.FillerNumber?.Matches(named) == true));
}
