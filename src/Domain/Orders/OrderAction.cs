namespace CloudPacs.Domain.Orders;

/// <summary>What a request does to an order or to one of its steps.</summary>
internal enum OrderAction
{
    /// <summary>Makes the order, when nothing has its keys.</summary>
    Create,

    /// <summary>As <see cref="Create"/> where changes may make orders, else refused.</summary>
    CreateIfUpsert,

    /// <summary>Makes a draft, or keeps the one there is, and answers with the numbers.</summary>
    SendNumber,

    /// <summary>Takes the values.</summary>
    Update,

    /// <summary>Takes demographics and text only: the examination has begun.</summary>
    UpdateText,

    /// <summary>Takes the values and puts the step back on the list.</summary>
    Reopen,

    /// <summary>Takes time and place.</summary>
    Reschedule,

    /// <summary>Ends the step in the state of the rule.</summary>
    Close,

    /// <summary>As <see cref="Close"/>, and the order is marked as entered in error.</summary>
    CloseAsError,

    /// <summary>As <see cref="Close"/>, and the order that follows is linked to this one.</summary>
    Replace,

    Hold,
    Release,
    Start,

    /// <summary>Fills in the placer or filler number that was not known.</summary>
    AssignNumber,

    /// <summary>Turns the order into the container of its children.</summary>
    MakeParent,

    /// <summary>Keeps the cancel for the order that it came before.</summary>
    RememberCancel,

    /// <summary>Answers with the state.</summary>
    ReportState,

    /// <summary>Nothing is asked of the order.</summary>
    Keep,

    /// <summary>Something was asked that the state does not allow, or that is so already: accepted, with a warning.</summary>
    KeepAndWarn,

    /// <summary>Refused.</summary>
    Refuse,

    /// <summary>Stored in the journal only.</summary>
    StoreOnly,
}
