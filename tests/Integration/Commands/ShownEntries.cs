using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Integration.Tests.Messages;
using CloudPacs.Settings;
using CloudPacs.Store.Workspaces;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Tests.Commands;

/// <summary>What a modality sees of the rows of a workspace.</summary>
internal static class ShownEntries
{
    public static IReadOnlyList<DataSet> Of(Workspace workspace, SiteClock clock)
    {
        var settings = new EngineSettings { Worklist = { KeepVisible = TimeSpan.FromDays(36500) } };
        var index = new WorklistIndex();
        if (EntryCollector.Collect(workspace, workspace.Changed, new EntryFactory(settings.Worklist, Pipeline.Zone), revision: 1) is { } changes)
            index.Apply(changes.Entries, changes.Patients, changes.Visits);
        var query = WorklistQuery.Parse(new DataSet(), new StationProfile("", null, settings));
        return [.. index.Current.Search(query, clock.LocalNow, limit: 1000).Select(entry => AnswerData.Of(entry, ""))];
    }

    public static string Json(DataSet entry) => Encoding.UTF8.GetString(DicomJson.ToUtf8Bytes(entry));
}
