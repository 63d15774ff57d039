namespace CloudPacs.Domain.Orders;

/// <summary>Requests in words, for texts that people read.</summary>
internal static class OrderWords
{
    public static string Of(OrderCommand command) => command.Request switch
    {
        OrderRequest.Place or OrderRequest.PlaceReplacement => "A new order",
        OrderRequest.PlaceParent => "A parent order",
        OrderRequest.PlaceChild => "A child order",
        OrderRequest.Change => "A change",
        OrderRequest.Replace or OrderRequest.ReportReplaced => "A replacement",
        OrderRequest.RequestCancel or OrderRequest.ConfirmCanceled => "A cancel",
        OrderRequest.RequestDiscontinue or OrderRequest.ConfirmDiscontinued => "A discontinuation",
        OrderRequest.Hold or OrderRequest.ReportHeld => "A hold",
        OrderRequest.Release => "A release",
        OrderRequest.Reschedule => "A new time and place",
        OrderRequest.ReportInProgress or OrderRequest.ReportResults or OrderRequest.ReportCompleted or OrderRequest.ReportCanceled
            or OrderRequest.ReportDiscontinued or OrderRequest.ReportError or OrderRequest.ReportUnknown => "A report of the state",
        OrderRequest.RequestNumber => "A request for a number",
        OrderRequest.AssignNumber => "An assigned number",
        OrderRequest.AskState => "A question for the state",
        _ => "The command",
    };
}
