using System.Globalization;
using CloudPacs.Dicom;

namespace CloudPacs.Worklist;

/// <summary>An entry as one application entity gets it.</summary>
internal static class AnswerData
{
    public static DataSet Of(WorklistEntry entry, string callingAeTitle)
    {
        var data = entry.Compose();
        data.Set(Tags.TimezoneOffsetFromUtc, Offset(entry.Offset));
        // The title is type 1: an entry that any station may take is answered with the one that asks.
        if (entry.StationAeTitles.Count == 0 && callingAeTitle.Length > 0)
            data.GetItems(Tags.ScheduledProcedureStepSequence)[0].Set(Tags.ScheduledStationAeTitle, callingAeTitle);
        return data;
    }

    private static string Offset(TimeSpan offset) =>
        string.Create(CultureInfo.InvariantCulture, $"{(offset < TimeSpan.Zero ? '-' : '+')}{offset.Duration():hhmm}");
}
