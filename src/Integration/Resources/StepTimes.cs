using CloudPacs.Domain;
using CloudPacs.Store.Orders;

namespace CloudPacs.Integration.Resources;

/// <summary>Start and end of steps as instants: rows hold local times of the site.</summary>
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
        var start = Instant(step.Start, context.SiteZone);
        foreach (var procedure in context.Message?.Procedures ?? [])
        {
            foreach (var sent in procedure.Steps)
            {
                if (sent.StartInstant is { } instant && instant.UtcDateTime == start.UtcDateTime) return instant;
            }
        }

        return start;
    }

    /// <summary>Scheduled Procedure Step End Date and Time, unless it lies before the start.</summary>
    public static DateTimeOffset? EndOf(StepRow step, ResourceContext context) =>
        ScheduledEnd.Of(step) is { } end && end >= step.Start ? Instant(end, context.SiteZone) : null;

    /// <summary>
    /// A local time of the site; where its offset leads out of the calendar, on its first and last day, it is taken as UTC.
    /// </summary>
    private static DateTimeOffset Instant(DateTime local, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(local);
        var isInCalendar = local.Ticks - offset.Ticks >= DateTime.MinValue.Ticks && local.Ticks - offset.Ticks <= DateTime.MaxValue.Ticks;
        return new DateTimeOffset(local, isInCalendar ? offset : TimeSpan.Zero);
    }
}
