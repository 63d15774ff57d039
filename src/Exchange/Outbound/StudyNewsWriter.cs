using CloudPacs.Domain;
using CloudPacs.Settings;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Exchange.Outbound;

/// <summary>
/// Notes who is to be sent, or told of, a stored instance, and who is told of a study of which instances are gone, back, or in
/// another one. Many make one study, and are put together later (<see cref="CloudPacs.Store.Commitments.StudyNewsQueue"/>).
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

        foreach (var (study, instance) in news.Left)
        {
            foreach (var title in _notified)
                rows.StudyNews.Add(new(title, StudyNewsKind.Availability, study, instance.SopClassUid, instance.SopInstanceUid, news.At));
        }

        foreach (var act in news.Acts.Where(static act => ChangesWhatThereIs(act.Verb)))
        {
            if (workspace.Peek<StudyRow>(act.Subject) is not { StudyInstanceUid: var study }) continue;
            // A study that begins with an instance is told of with it; one that is made of a part of another one has its instances already.
            if (act.Verb == AuditVerbs.StudyStored && news.Stored.Any(one => one.StudyInstanceUid == study)) continue;
            foreach (var title in _notified)
                rows.StudyNews.Add(new StudyNewsRow(title, StudyNewsKind.Availability, study, "", "", news.At));
        }
    }

    private static bool ChangesWhatThereIs(string verb) => verb is AuditVerbs.StudyDeleted or AuditVerbs.StudyRejected
        or AuditVerbs.StudyRestored or AuditVerbs.StudyMissing or AuditVerbs.StudyFound or AuditVerbs.StudyStored or AuditVerbs.StudyMerged
        or AuditVerbs.StudySeparated or AuditVerbs.StudyImagesAccepted;
}
