using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>FHIR states computed from what is stored, never from one message alone (mapping reference b.5).</summary>
internal static class OrderStatus
{
    /// <summary>R4 ServiceRequest.status of an order; a parent counts the steps of its <paramref name="children"/>.</summary>
    public static string ServiceRequest(OrderRow order, params IEnumerable<OrderRow> children)
    {
        if (order.EnteredInError) return "entered-in-error";
        List<StepRow> steps = [.. Steps(order)];
        if (order.IsParent) steps.AddRange(children.SelectMany(Steps));
        // Only a parent is placed without steps; any other order without them is a number so far.
        if (steps.Count == 0) return order.IsParent ? "active" : "draft";
        var open = steps.FindAll(static step => step.StepState < StepState.Completed);
        if (open.Count == 0) return steps.Exists(static step => step.StepState == StepState.Completed) ? "completed" : "revoked";
        var statuses = open.ConvertAll(static step => StepStateTable.Of(step.StepState).OrderStatus);
        if (statuses.Contains("active")) return "active";
        return statuses.Contains("on-hold") ? "on-hold" : "draft";
    }

    /// <summary>R4 Task.status of a step.</summary>
    public static string Task(StepRow step) => StepStateTable.Of(step.StepState).TaskStatus;

    /// <summary>R4 Task.statusReason.text: why a step that is still due is on hold.</summary>
    public static string? TaskReason(StepRow step) => step.StepState == StepState.Expired ? "Expired: not performed in time" : null;

    /// <summary>R4 Task.businessStatus.text: the state in the words of DICOM (0040,0020).</summary>
    public static string BusinessStatus(StepRow step) => StepStateTable.Name(step.StepState);

    /// <summary>ORC-5 for the steps of an answer: that of the first open step, else of the first one.</summary>
    public static string? Code(IReadOnlyList<StepRow> steps)
    {
        if (steps.Count == 0) return null;
        var telling = steps.FirstOrDefault(static step => step.StepState < StepState.Completed) ?? steps[0];
        return StepStateTable.Of(telling.StepState).OrderStatusCode;
    }

    private static IEnumerable<StepRow> Steps(OrderRow order) => order.Procedures.SelectMany(static procedure => procedure.Steps);
}
