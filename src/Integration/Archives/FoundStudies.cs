using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Domain.Studies;
using CloudPacs.Integration.Changes;
using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Archives;
using CloudPacs.Studies.Intake;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Archives;

/// <summary>
/// Brings the rows of a study up to what an archive lists of it: instances that are new become rows as if they had been stored, those that
/// are not listed any more are not shown. Doing it again changes nothing.
/// </summary>
internal sealed class FoundStudies(
    ArchiveStudies studies, MapCatalog maps, ChangePipeline changes, SiteClock clock, Guid installation, EntryVisibility visibility,
    IdSource ids, ILogger<FoundStudies> logger)
{
    private const int AtATime = 64;

    /// <param name="archive">The archive.</param>
    /// <param name="facility">Facility whose stations see its studies; null = all.</param>
    /// <param name="listed">The study, as a list has it.</param>
    /// <param name="cancellationToken">Ends it; what is done stays.</param>
    /// <exception cref="ForeignArchiveException">The archive does not say what it has: nothing is taken for missing.</exception>
    /// <exception cref="InvalidOperationException">The database is away, or a fault of the engine: to be done again.</exception>
    public async Task TakeAsync(IForeignArchive archive, string? facility, ListedStudy listed, CancellationToken cancellationToken)
    {
        var uid = listed.StudyInstanceUid;
        var owned = await studies.OwnedAsync(archive.Name, uid, cancellationToken);
        var there = new HashSet<string>(StringComparer.Ordinal);
        var pending = new List<Task>();
        var (day, unnamed) = (listed.Day, 0);
        var sender = maps.Current.Default;
        await foreach (var header in archive.DescribeAsync(uid, cancellationToken))
        {
            var instance = InstanceReader.ReadListed(header, archive.Name, sender.Settings.Policy.DefaultAuthority);
            if (instance is null || instance.StudyInstanceUid != uid)
            {
                unnamed++;
                continue;
            }

            if (day is null && StudyTimes.Local(header, Tags.StudyDate, Tags.StudyTime, out _) is { } start)
                day = DateOnly.FromDateTime(start);
            if (!there.Add(instance.SopInstanceUid)) continue;
            if (owned.TryGetValue(instance.SopInstanceUid, out var state) && state != InstanceState.Missing) continue;
            pending.Add(ApplyAsync(new StudyCommands(ContextOf(archive.Name, facility), instance), archive.Name, cancellationToken));
            if (pending.Count < AtATime) continue;
            await Task.WhenAll(pending);
            pending.Clear();
        }

        await Task.WhenAll(pending);
        // Told of and gone again, before anything of it was known.
        if (there.Count + owned.Count == 0) return;
        if (unnamed > 0) Log.InstancesUnnamed(logger, archive.Name, unnamed);
        List<string> lost =
            [.. owned.Where(one => one.Value == InstanceState.Shown && !there.Contains(one.Key)).Select(static one => one.Key)];
        foreach (var part in lost.Chunk(AtATime))
        {
            var commands = new LostInstanceCommands(ContextOf(archive.Name, facility), archive.Name, uid, part);
            await ApplyAsync(commands, archive.Name, cancellationToken);
        }

        if (lost.Count > 0) Log.InstancesMissing(logger, archive.Name, lost.Count);
        var count = there.Count == 0 ? 0 : listed.Instances ?? there.Count;
        await studies.SaveAsync(archive.Name, uid, day, count, clock.Clock.GetUtcNow(), cancellationToken);
    }

    private ChangeContext ContextOf(string archive, string? facility) => new()
    {
        Actor = archive,
        Kind = "archive",
        DefaultAuthority = maps.Current.Default.Settings.Policy.DefaultAuthority,
        ReceivedAt = clock.Clock.GetUtcNow(),
        SiteZone = clock.Zone,
        Facility = facility,
        CallerFacility = facility,
    };

    private async Task ApplyAsync(CommandSet commands, string archive, CancellationToken cancellationToken)
    {
        var change = new CommandChange(commands, maps.Current.Default.Identifiers, archive, installation, visibility, ids);
        var end = await changes.ApplyAsync(change, cancellationToken);
        if (end.Status != CommitStatus.Committed || change.Outcome is not { } outcome)
            throw new InvalidOperationException("An instance of an archive could not be indexed.", end.Error);
        foreach (var problem in outcome.Problems) Log.InstanceProblem(logger, archive, problem.Code, problem.Text);
    }
}
