using CloudPacs.Domain;
using CloudPacs.Domain.Studies;
using CloudPacs.Integration.Changes;
using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Studies;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Studies;

/// <summary>Shows what has come to studies: not each image makes a version of its ImagingStudy.</summary>
internal sealed class StudyTelling(
    UntoldStudies studies, ChangePipeline changes, MapCatalog maps, SiteClock clock, Guid installation, EntryVisibility visibility,
    IdSource ids)
{
    /// <summary>A study has at most one version in this time while its images come.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private const int AtATime = 200;

    /// <exception cref="InvalidOperationException">A fault of the engine; the study stays behind.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, uid) in await studies.ListAsync(AtATime, cancellationToken))
        {
            var commands = new TellStudyCommands(new ChangeContext
            {
                Actor = "cloudpacs", Kind = "studies", ReceivedAt = clock.Clock.GetUtcNow(), SiteZone = clock.Zone,
            }, id, uid);
            var change = new CommandChange(commands, maps.Current.Default.Identifiers, "studies", installation, visibility, ids);
            var end = await changes.ApplyAsync(change, cancellationToken);
            if (end.Status == CommitStatus.Failed)
                throw new InvalidOperationException("The ImagingStudy of a study cannot be renewed.", end.Error);
        }
    }
}
