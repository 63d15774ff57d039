using System.Globalization;
using CloudPacs.Dicom;

namespace CloudPacs.Studies.Archives;

/// <summary>Reads a study of a list, whichever way it came.</summary>
internal static class ListedStudies
{
    /// <returns>Null when it has no UID.</returns>
    public static ListedStudy? Of(DataSet found)
    {
        if (found.GetString(Tags.StudyInstanceUid) is not { } uid) return null;
        var isDay = DateOnly.TryParseExact(
            found.GetString(Tags.StudyDate), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        var isCounted = int.TryParse(found.GetString(Tags.NumberOfStudyRelatedInstances), CultureInfo.InvariantCulture, out var count);
        return new ListedStudy(uid, isDay ? day : null, isCounted ? count : null);
    }
}
