using CloudPacs.Domain;
using CloudPacs.Store.Orders;

namespace CloudPacs.Resources;

/// <summary>FHIR states computed from what is stored, never from one message alone.</summary>
internal static class OrderStatus
{
    /// <summary>The status of an order is the last of these that one of its steps has.</summary>
    private static readonly string[] ByRank = ["revoked", "completed", "draft", "on-hold", "active"];

    /// <summary>R4 ServiceRequest.status of an order; a parent counts the steps of its <paramref name="children"/>.</summary>
    public static string ServiceRequest(OrderRow order, params IEnumerable<OrderRow> children)
    {
        if (order.EnteredInError) return "entered-in-error";
        var rank = RankOf(order);
        foreach (var child in order.IsParent ? children : []) rank = Math.Max(rank, RankOf(child));
        // Only a parent is placed without steps; any other order without them is a number so far.
        return rank >= 0 ? ByRank[rank] : order.IsParent ? "active" : "draft";
    }

    /// <summary>R4 Task.status of a step: one that a modality gave up has failed, one that an order ended is cancelled.</summary>
    public static string Task(StepRow step) => step.StepState switch
    {
        StepState.Draft => "draft",
        StepState.Scheduled => "requested",
        StepState.Arrived or StepState.Ready => "ready",
        StepState.Started or StepState.Departed => "in-progress",
        StepState.OnHold or StepState.Expired => "on-hold",
        StepState.Completed => "completed",
        _ => StepMoves.IsEndedByModality(step) ? "failed" : "cancelled",
    };

    /// <summary>R4 Task.statusReason.text: why a step that is still due is on hold.</summary>
    public static string? TaskReason(StepRow step) => step.StepState == StepState.Expired ? "Expired: not performed in time" : null;

    /// <summary>R4 Task.businessStatus.text: the state in the words of DICOM (0040,0020).</summary>
    public static string BusinessStatus(StepRow step) => StepStates.Name(step.StepState);

    /// <summary>All steps of an order, to read.</summary>
    public static List<StepRow> StepsOf(OrderRow order) =>
        order.Procedures is [var only] ? only.Steps : [.. order.Procedures.SelectMany(static procedure => procedure.Steps)];

    private static int RankOf(OrderRow order) =>
        StepsOf(order).Aggregate(-1, static (rank, step) => Math.Max(rank, RankOf(step.StepState)));

    private static int RankOf(StepState state) =>
        state switch { StepState.Draft => 2, StepState.OnHold => 3, < StepState.Completed => 4, StepState.Completed => 1, _ => 0 };
}
