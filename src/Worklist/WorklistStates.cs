using CloudPacs.Store.Orders;

namespace CloudPacs.Worklist;

/// <summary>Which states a query without Scheduled Procedure Step Status (0040,0020) returns.</summary>
internal static class WorklistStates
{
    public static bool IsListed(StepState state) =>
        state is StepState.Scheduled or StepState.Arrived or StepState.Ready or StepState.Started;
}
