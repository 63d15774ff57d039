using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain;

/// <summary>The end of a step, which only its attributes know.</summary>
public static class ScheduledEnd
{
    private static readonly string[] Forms = ["yyyyMMddHHmmss", "yyyyMMddHHmm"];

    /// <summary>The scheduled end in local time of the site, or null.</summary>
    public static DateTime? Of(StepRow step) => Of(Attributes.Read(step.Attributes));

    internal static DateTime? Of(DataSet attributes)
    {
        if (!attributes.Contains(Tags.ScheduledProcedureStepEndDate)) return null;
        var text = attributes.GetString(Tags.ScheduledProcedureStepEndDate) + attributes.GetString(Tags.ScheduledProcedureStepEndTime);
        return DateTime.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var end) ? end : null;
    }
}
