using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Studies;

/// <summary>Finds where images go whose series, or study, a person has moved to another study.</summary>
internal static class MovedStudies
{
    private const int MostMerges = 16;

    /// <param name="workspace">The rows.</param>
    /// <param name="studyInstanceUid">What the images say.</param>
    /// <param name="seriesInstanceUid">What they say too.</param>
    public static StudyRow? Find(Workspace workspace, string studyInstanceUid, string seriesInstanceUid)
    {
        if (workspace.FindSeries(seriesInstanceUid) is { } series && series.SentStudyUid == studyInstanceUid)
            return workspace.Study(series.StudyId);
        var study = workspace.FindStudy(studyInstanceUid);
        for (var left = MostMerges; left > 0 && study?.MergedInto is { } survivor && !IsUnread(workspace, survivor); left--)
            study = workspace.FindStudy(survivor);
        return study;
    }

    public static bool IsUnread(Workspace workspace, string studyInstanceUid) =>
        !workspace.Declares(new WorkspaceKeys { Studies = { studyInstanceUid } });
}
