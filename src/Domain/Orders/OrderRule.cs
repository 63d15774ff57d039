using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>One entry of the order control table.</summary>
/// <param name="Action">What is done.</param>
/// <param name="After">State of the step afterwards; null = as before (or, for a release, as before the hold).</param>
/// <param name="Code">Code of HL7 table 0357 of a refusal.</param>
internal readonly record struct OrderRule(OrderAction Action, StepState? After = null, int Code = 0);
