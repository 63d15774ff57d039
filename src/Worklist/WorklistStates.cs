using CloudPacs.Store.Orders;

namespace CloudPacs.Worklist;

/// <summary>Scheduled Procedure Step Status (0040,0020) of a state, and which states a query without that key returns.</summary>
internal static class WorklistStates
{
    public static string Name(StepState state) => state switch
    {
        StepState.OnHold => "ON HOLD",
        StepState.Draft => "DRAFT",
        StepState.Expired => "EXPIRED",
        StepState.Scheduled => "SCHEDULED",
        StepState.Arrived => "ARRIVED",
        StepState.Ready => "READY",
        StepState.Started => "STARTED",
        StepState.Departed => "DEPARTED",
        StepState.Completed => "COMPLETED",
        StepState.Discontinued => "DISCONTINUED",
        _ => "CANCELED",
    };

    public static bool IsListed(StepState state) =>
        state is StepState.Scheduled or StepState.Arrived or StepState.Ready or StepState.Started;
}
