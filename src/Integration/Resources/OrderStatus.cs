using CloudPacs.Domain;
using CloudPacs.Store.Orders;

namespace CloudPacs.Integration.Resources;

/// <summary>FHIR states computed from what is stored, never from one message alone.</summary>
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
        if (open.Exists(static step => step.StepState is not (StepState.OnHold or StepState.Draft))) return "active";
        return open.Exists(static step => step.StepState == StepState.OnHold) ? "on-hold" : "draft";
    }

    /// <summary>R4 Task.status of a step.</summary>
    public static string Task(StepRow step) => step.StepState switch
    {
        StepState.Draft => "draft",
        StepState.Scheduled => "requested",
        StepState.Arrived or StepState.Ready => "ready",
        StepState.Started or StepState.Departed => "in-progress",
        StepState.OnHold or StepState.Expired => "on-hold",
        StepState.Completed => "completed",
        _ => "cancelled",
    };

    /// <summary>R4 Task.statusReason.text: why a step that is still due is on hold.</summary>
    public static string? TaskReason(StepRow step) => step.StepState == StepState.Expired ? "Expired: not performed in time" : null;

    /// <summary>R4 Task.businessStatus.text: the state in the words of DICOM (0040,0020).</summary>
    public static string BusinessStatus(StepRow step) => StepStates.Name(step.StepState);

    private static IEnumerable<StepRow> Steps(OrderRow order) => order.Procedures.SelectMany(static procedure => procedure.Steps);
}
