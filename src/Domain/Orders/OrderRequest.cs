namespace CloudPacs.Domain.Orders;

/// <summary>What is asked of an order. <see cref="OrderTable"/> says what it does in each state of a step.</summary>
public enum OrderRequest
{
    /// <summary>A new order; one that is open already takes the values.</summary>
    Place,

    /// <summary>A new order in place of the one that the last <see cref="Replace"/> named.</summary>
    PlaceReplacement,

    /// <summary>An order that is only the container of its children.</summary>
    PlaceParent,

    /// <summary>A part of a parent.</summary>
    PlaceChild,
    Change,

    /// <summary>Ends the order; the one that follows takes its place.</summary>
    Replace,

    /// <summary>The placer asks that nothing be done.</summary>
    RequestCancel,

    /// <summary>The filler has cancelled the order.</summary>
    ConfirmCanceled,

    /// <summary>The placer asks to stop what may have begun.</summary>
    RequestDiscontinue,

    /// <summary>The filler has stopped it.</summary>
    ConfirmDiscontinued,
    Hold,
    Release,

    /// <summary>Time and place of the steps, which go on the list.</summary>
    Reschedule,

    /// <summary>The state of the order as somebody else has it, here and in the next ones.</summary>
    ReportInProgress,
    ReportResults,
    ReportCompleted,
    ReportCanceled,
    ReportDiscontinued,
    ReportHeld,
    ReportReplaced,

    /// <summary>The order was a mistake.</summary>
    ReportError,

    /// <summary>A state that nobody knows.</summary>
    ReportUnknown,

    /// <summary>A number for an order that is not placed yet.</summary>
    RequestNumber,

    /// <summary>The number that was not known yet.</summary>
    AssignNumber,

    /// <summary>Asks for the state of the steps.</summary>
    AskState,

    /// <summary>News that ask for nothing, such as results.</summary>
    Inform,

    /// <summary>Kept in the journal and not applied.</summary>
    StoreOnly,
}
