using CloudPacs.Store.Orders;
using static CloudPacs.Domain.Orders.OrderAction;
using static CloudPacs.Domain.Orders.OrderRequest;
using static CloudPacs.Store.Orders.StepState;

namespace CloudPacs.Domain.Orders;

internal static partial class OrderTable
{
    private static readonly StepState?[] None = [null];
    private static readonly StepState?[] Every =
    [
        Draft, Scheduled, Arrived, Ready, Started, Departed, OnHold, Expired, Completed, Discontinued, Canceled
    ];
    private static readonly StepState?[] Anything = [null, .. Every];
    private static readonly StepState?[] NotStarted = [Draft, Scheduled, Arrived, Ready, OnHold, Expired];
    private static readonly StepState?[] UnderWay = [Started, Departed];
    private static readonly StepState?[] Closed = [Completed, Discontinued, Canceled];
    private static readonly StepState?[] Stopped = [Discontinued, Canceled];
    private static readonly StepState?[] Open = [.. NotStarted, .. UnderWay];
    private static readonly StepState?[] Waiting = [Scheduled, Arrived, Ready];

    private static readonly Row[] Rows =
    [
        // New orders. Only these two put a closed entry back on the list, and nothing does so with a completed one.
        .. PlacingRows(Place),
        .. PlacingRows(PlaceReplacement),

        // Parents and children.
        new(PlaceParent, Anything, new(MakeParent)),
        new(PlaceChild, None, new(Create, Scheduled)),
        new(PlaceChild, NotStarted, new(Update)),
        new(PlaceChild, UnderWay, new(UpdateText)),
        new(PlaceChild, Closed, new(KeepAndWarn)),

        new(Change, None, new(CreateIfUpsert, Scheduled)),
        new(Change, NotStarted, new(Update)),
        new(Change, UnderWay, new(UpdateText)),
        new(Change, Closed, new(KeepAndWarn)),

        // Replacements: the old order ends, the one that follows takes its place.
        new(OrderRequest.Replace, None, new(Refuse)),
        new(OrderRequest.Replace, Open, new(OrderAction.Replace, Canceled)),
        new(OrderRequest.Replace, Stopped, new(OrderAction.Replace)),
        new(OrderRequest.Replace, [Completed], new(Refuse)),

        // Cancels that are asked for and cancels that were done.
        new(RequestCancel, None, new(RememberCancel)),
        new(RequestCancel, [.. NotStarted, Departed], new(Close, Canceled)),
        new(RequestCancel, [Started, Completed], new(Refuse)),
        new(RequestCancel, Stopped, new(KeepAndWarn)),
        new(ConfirmCanceled, [null, Completed, Canceled], new(KeepAndWarn)),
        new(ConfirmCanceled, [.. Open, Discontinued], new(Close, Canceled)),

        // Discontinuation.
        new(RequestDiscontinue, None, new(Refuse)),
        new(RequestDiscontinue, Open, new(Close, Discontinued)),
        new(RequestDiscontinue, [Completed], new(Refuse)),
        new(RequestDiscontinue, Stopped, new(KeepAndWarn)),
        new(ConfirmDiscontinued, [null, .. Closed], new(KeepAndWarn)),
        new(ConfirmDiscontinued, Open, new(Close, Discontinued)),

        // Hold and release.
        new(OrderRequest.Hold, None, new(Refuse)),
        new(OrderRequest.Hold, [.. Waiting, Expired], new(OrderAction.Hold, OnHold)),
        new(OrderRequest.Hold, [Draft, OnHold], new(KeepAndWarn)),
        new(OrderRequest.Hold, [.. UnderWay, .. Closed], new(Refuse)),
        new(OrderRequest.Release, None, new(Refuse)),
        new(OrderRequest.Release, [OnHold], new(OrderAction.Release)),
        new(OrderRequest.Release, [Draft, .. Waiting, .. UnderWay, Expired, .. Closed], new(KeepAndWarn)),

        // Reports of a state.
        new(OrderRequest.Reschedule, None, new(CreateIfUpsert, Scheduled)),
        new(OrderRequest.Reschedule, [Draft], new(OrderAction.Reschedule, Scheduled)),
        new(OrderRequest.Reschedule, [.. Waiting, OnHold, Expired, .. UnderWay], new(OrderAction.Reschedule)),
        new(OrderRequest.Reschedule, Closed, new(KeepAndWarn)),
        new(ReportInProgress, None, new(Refuse)),
        new(ReportInProgress, Waiting, new(Start, Started)),
        new(ReportInProgress, UnderWay, new(Keep)),
        new(ReportInProgress, [Draft, OnHold, Expired, .. Closed], new(KeepAndWarn)),
        new(ReportResults, None, new(Refuse)),
        new(ReportResults, Every, new(KeepAndWarn)),
        new(ReportCompleted, None, new(Refuse)),
        new(ReportCompleted, Open, new(Close, Completed)),
        new(ReportCompleted, [Completed], new(Keep)),
        new(ReportCompleted, Stopped, new(KeepAndWarn)),
        new(ReportCanceled, None, new(Refuse)),
        new(ReportCanceled, Open, new(Close, Canceled)),
        new(ReportCanceled, [Canceled], new(Keep)),
        new(ReportCanceled, [Completed, Discontinued], new(KeepAndWarn)),
        new(ReportDiscontinued, None, new(Refuse)),
        new(ReportDiscontinued, Open, new(Close, Discontinued)),
        new(ReportDiscontinued, [Discontinued], new(Keep)),
        new(ReportDiscontinued, [Completed, Canceled], new(KeepAndWarn)),
        new(ReportHeld, None, new(Refuse)),
        new(ReportHeld, [.. Waiting, Expired], new(OrderAction.Hold, OnHold)),
        new(ReportHeld, [OnHold], new(Keep)),
        new(ReportHeld, [Draft, .. UnderWay, .. Closed], new(KeepAndWarn)),
        new(ReportReplaced, None, new(Refuse)),
        new(ReportReplaced, Open, new(OrderAction.Replace, Canceled)),
        new(ReportReplaced, Stopped, new(OrderAction.Replace)),
        new(ReportReplaced, [Completed], new(KeepAndWarn)),
        new(ReportError, [null, Started, Completed, .. Stopped], new(KeepAndWarn)),
        new(ReportError, [.. NotStarted, Departed], new(CloseAsError, Canceled)),
        new(ReportUnknown, Anything, new(KeepAndWarn)),

        // Numbers, questions, news.
        new(RequestNumber, None, new(SendNumber, Draft)),
        new(RequestNumber, Every, new(SendNumber)),
        new(OrderRequest.AssignNumber, None, new(Refuse)),
        new(OrderRequest.AssignNumber, Every, new(OrderAction.AssignNumber)),
        new(AskState, None, new(Refuse)),
        new(AskState, Every, new(ReportState)),
        new(Inform, None, new(Keep)),
        new(Inform, Every, new(KeepAndWarn)),
        new(OrderRequest.StoreOnly, Anything, new(OrderAction.StoreOnly)),
    ];

    private static Row[] PlacingRows(OrderRequest request) =>
    [
        new(request, None, new(Create, Scheduled)),
        new(request, [Draft, Scheduled, Arrived, Ready, OnHold], new(Update)),
        new(request, [Expired], new(Reopen, Scheduled)),
        new(request, UnderWay, new(UpdateText)),
        new(request, Stopped, new(Reopen, Scheduled)),
        new(request, [Completed], new(Refuse)),
    ];
}
