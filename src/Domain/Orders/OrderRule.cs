using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>One entry of the order table.</summary>
/// <param name="Action">What is done.</param>
/// <param name="After">State of the step afterwards; null = as before (or, for a release, as before the hold).</param>
internal readonly record struct OrderRule(OrderAction Action, StepState? After = null);
