using System.Globalization;
using CloudPacs.Dicom;

namespace CloudPacs.Domain;

/// <summary>
/// Start and end in the attributes of a step, in local time of the site. The row knows the start as an instant; the end is known only as it
/// stands here, by how long it is after the start.
/// </summary>
public static class ScheduledTimes
{
    private static readonly string[] Forms = ["yyyyMMddHHmmss", "yyyyMMddHHmm"];

    /// <summary>How long the step takes; null when that is not known or makes no sense.</summary>
    public static TimeSpan? DurationOf(DataSet step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return StartOf(step) is { } start && EndOf(step) is { } end && end >= start ? end - start : null;
    }

    /// <summary>Gives the step another start; its end moves along.</summary>
    /// <param name="step">Content of the Scheduled Procedure Step Sequence item.</param>
    /// <param name="start">Local time of the site.</param>
    public static void MoveTo(DataSet step, DateTime start)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (StartOf(step) is { } before && before != start && EndOf(step) is { } end && IsInCalendar(end, start - before))
        {
            step.Set(Tags.ScheduledProcedureStepEndDate, (end + (start - before)).ToString("yyyyMMdd", CultureInfo.InvariantCulture));
            step.Set(Tags.ScheduledProcedureStepEndTime, (end + (start - before)).ToString("HHmmss", CultureInfo.InvariantCulture));
        }

        step.Set(Tags.ScheduledProcedureStepStartDate, start.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
        step.Set(Tags.ScheduledProcedureStepStartTime, start.ToString("HHmmss", CultureInfo.InvariantCulture));
    }

    private static DateTime? StartOf(DataSet step) =>
        Read(step, Tags.ScheduledProcedureStepStartDate, Tags.ScheduledProcedureStepStartTime);

    private static DateTime? EndOf(DataSet step) => Read(step, Tags.ScheduledProcedureStepEndDate, Tags.ScheduledProcedureStepEndTime);

    private static DateTime? Read(DataSet step, Tag date, Tag time)
    {
        if (!step.Contains(date)) return null;
        var text = step.GetString(date) + step.GetString(time);
        return DateTime.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? read : null;
    }

    private static bool IsInCalendar(DateTime time, TimeSpan by) =>
        by < TimeSpan.Zero ? time - DateTime.MinValue >= by.Negate() : DateTime.MaxValue - time >= by;
}
