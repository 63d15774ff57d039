using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain;

/// <summary>Times of a step that only its attributes know.</summary>
public static class StepTimes
{
    private static readonly string[] Forms = ["yyyyMMddHHmmss", "yyyyMMddHHmm"];

    /// <summary>The scheduled end in local time of the site, or null; most steps have none, and are not read for it.</summary>
    public static DateTime? EndOf(StepRow step) => step.Attributes.Span.IndexOf("\"00400004\""u8) < 0 ? null : EndOf(Attributes.Read(step.Attributes));

    internal static DateTime? EndOf(DataSet attributes)
    {
        var text = attributes.GetString(Tags.ScheduledProcedureStepEndDate) + attributes.GetString(Tags.ScheduledProcedureStepEndTime);
        return DateTime.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var end) ? end : null;
    }
}
