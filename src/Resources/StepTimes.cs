using CloudPacs.Domain;
using CloudPacs.Store.Orders;

namespace CloudPacs.Resources;

/// <summary>Start and end of steps, with the offset that they are shown with.</summary>
internal static class StepTimes
{
    /// <summary>When the first step is due; an order without a time of its own has none.</summary>
    public static DateTimeOffset? StartOf(OrderRow order, ResourceContext context)
    {
        StepRow? first = null;
        foreach (var step in OrderStatus.StepsOf(order))
        {
            if ((first is null || step.Start < first.Start) && !step.Flags.Contains("unscheduled-time")) first = step;
        }

        return first is null ? null : StartOf(first, context);
    }

    /// <summary>The start as an instant, with the offset that the sender gave when the message tells it, else the site's.</summary>
    public static DateTimeOffset StartOf(StepRow step, ResourceContext context)
    {
        var start = TimeZoneInfo.ConvertTime(step.Start, context.SiteZone);
        foreach (var procedure in context.Message?.Procedures ?? [])
        {
            foreach (var sent in procedure.Steps)
            {
                if (sent.StartInstant is { } instant && instant.UtcDateTime == start.UtcDateTime) return instant;
            }
        }

        return start;
    }

    /// <summary>When the last step ends; null when none says.</summary>
    public static DateTimeOffset? EndOf(OrderRow order, ResourceContext context)
    {
        DateTimeOffset? last = null;
        foreach (var step in OrderStatus.StepsOf(order))
        {
            if (EndOf(step, context) is { } end && (last is null || end > last)) last = end;
        }

        return last;
    }

    /// <summary>Scheduled Procedure Step End Date and Time, unless it lies before the start.</summary>
    public static DateTimeOffset? EndOf(StepRow step, ResourceContext context) =>
        ScheduledTimes.DurationOf(Attributes.Read(step.Attributes)) is { } duration
            ? TimeZoneInfo.ConvertTime(step.Start + duration, context.SiteZone)
            : null;
}
