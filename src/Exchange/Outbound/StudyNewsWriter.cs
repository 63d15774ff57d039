using CloudPacs.Settings;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Exchange.Outbound;

/// <summary>
/// Notes who is to be sent, or told of, a stored instance. Many instances make a study, and are put together later
/// (<see cref="CloudPacs.Store.Commitments.StudyNewsQueue"/>).
/// </summary>
internal sealed class StudyNewsWriter(DicomSettings settings) : INewsWriter
{
    private readonly string[] _notified =
        [.. settings.Destinations.Where(static one => one.Value.NotifyAvailability).Select(static one => one.Key)];

    public void Write(Workspace workspace, News news, BatchRows rows)
    {
        foreach (var (study, instance) in news.Stored)
        {
            foreach (var title in settings.ForwardsOf(instance.Sender)) Add(title, StudyNewsKind.Forward);
            foreach (var title in _notified) Add(title, StudyNewsKind.Availability);

            void Add(string title, StudyNewsKind kind) => rows.StudyNews.Add(
                new StudyNewsRow(title, kind, study, instance.SopClassUid, instance.SopInstanceUid, news.At));
        }
    }
}
