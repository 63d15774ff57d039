namespace CloudPacs.Store.Orders;

/// <summary>
/// State of a scheduled procedure step. Open: Draft to OnHold and Expired (off the list, still open for updates); closed: the last three.
/// </summary>
public enum StepState : short
{
    Draft = 0,
    Scheduled = 1,
    Arrived = 2,
    Ready = 3,
    Started = 4,
    Departed = 5,
    OnHold = 6,
    Expired = 7,
    Completed = 8,
    Discontinued = 9,
    Canceled = 10,
}
