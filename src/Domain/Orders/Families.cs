using CloudPacs.Domain.Patients;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Orders;

/// <summary>Parents and children of a split order (PA, CH; ORC-8).</summary>
internal static class Families
{
    /// <summary>The order becomes, or is made as, the container of its children and has no steps on the list.</summary>
    public static void MakeParent(UnitRun unit)
    {
        var order = unit.Orders.Find(static o => o.IsParent) ?? unit.Orders.Find(static o => o.Parent is null) ?? OrderCreation.NewOrder(unit);
        if (order is null) return;
        unit.Order.Parent = order.PlacerNumber ?? order.FillerNumber;
        unit.Outcome.Describe(order, unit.Unit.Procedure?.Scope);
        if (!unit.Message.Message.Groups.Exists(static group => group.Control == "CH"))
            unit.Warn("PA makes no entry for the worklist: its children (CH) do.");
        if (order.IsParent) return;
        order.IsParent = true;
        order.Touch();
        unit.Outcome.Record("order.parent", order.Id);
        foreach (var step in order.Procedures.SelectMany(static procedure => procedure.Steps))
        {
            if (step.StepState is StepState.Started or StepState.Departed)
                unit.Warn($"A step of the order is {StepStateTable.Name(step.StepState)} and stays although the order is a parent now.");
            else if (step.StepState < StepState.Completed) unit.Set(step, StepState.Canceled, "step.canceled");
        }
    }

    /// <summary>The orders and the children of those that are parents; only the orders of the message's patient are there to look through.</summary>
    public static List<OrderRow> WithChildren(MessageRun run, IReadOnlyList<OrderRow> orders, PatientRow? patient)
    {
        List<OrderRow> all = [.. orders];
        foreach (var parent in orders.Where(order => order.IsParent && order.PatientId == patient?.Id))
            all.AddRange(ChildrenOf(parent, run.Workspace.OrdersOf(parent.PatientId)).Where(child => !all.Contains(child)));
        return all;
    }

    /// <summary>The parent of a child, when it is among the rows.</summary>
    public static OrderRow? ParentOf(OrderRow child, Workspace workspace)
    {
        if (child.Parent is null) return null;
        return workspace.Rows.OfType<OrderRow>().FirstOrDefault(order => order.IsParent && order.PatientId == child.PatientId && ChildrenOf(order, [child]).Any());
    }

    public static IEnumerable<OrderRow> ChildrenOf(OrderRow parent, IEnumerable<OrderRow> ordersOfPatient) =>
        ordersOfPatient.Where(order => order.Id != parent.Id && order.Parent is { } named
            && (parent.PlacerNumber?.Names(named) == true || parent.FillerNumber?.Names(named) == true));
}
