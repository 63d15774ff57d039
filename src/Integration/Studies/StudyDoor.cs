using CloudPacs.Archive;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Domain.Studies;
using CloudPacs.Integration.Changes;
using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Intake;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Studies;

/// <summary>Takes received instances to their outcome, which says that they are durable and shown, or why not.</summary>
/// <param name="maps">Tables of the site, by which numbers become FHIR Identifiers.</param>
/// <param name="changes">The way into the database.</param>
/// <param name="archive">Where the bytes are.</param>
/// <param name="quarantine">The list of what is not shown.</param>
/// <param name="clock">Time and zone of the site.</param>
/// <param name="installation">Namespace of the installation.</param>
/// <param name="visibility">Says why no station sees an entry.</param>
/// <param name="ids">Ids of audit rows.</param>
internal sealed class StudyDoor(
    MapCatalog maps, ChangePipeline changes, IArchive archive, Quarantine quarantine, SiteClock clock, Guid installation,
    EntryVisibility visibility, IdSource ids)
{
    /// <summary>How long studies have to be kept.</summary>
    public RetentionRules Retention { get; init; } = RetentionRules.None;

    /// <param name="received">The instance, whose bytes are durable.</param>
    /// <param name="request">What the sender said that it is; null for what the data set says.</param>
    /// <param name="station">Who sent it, and what holds for it.</param>
    /// <param name="source">Its address.</param>
    /// <param name="cancellationToken">Ends only the wait for a place in the queue.</param>
    /// <returns>What became of it; null when the database is away: to be sent again.</returns>
    /// <exception cref="InvalidOperationException">A fault of the engine; nothing was changed.</exception>
    public async Task<Outcome?> StoreAsync(
        ReceivedInstance received, InstanceName? request, StationProfile station, string source, CancellationToken cancellationToken)
    {
        var (instance, fault) = Read(received, request, station);
        if (instance is null)
        {
            if (received.Archive is null) await SetAsideAsync(received, request?.SopInstanceUid, fault!, station, cancellationToken);
            return Refused(fault!);
        }

        var context = ContextOf(station.CallingAeTitle, "C-STORE", station.Facility) with { CallerFacility = station.Facility };
        var commands = new StudyCommands(context, instance);
        if (await ApplyAsync(commands, source, cancellationToken) is not { } outcome) return null;
        if (commands.Fate == InstanceFate.Known && await IsLostAsync(commands, source, cancellationToken))
            outcome = await ApplyAsync(commands, source, cancellationToken);
        if (outcome is null || received.Archive is not null) return outcome;
        if (commands.Fate == InstanceFate.Known) await archive.RemoveAsync([received.Place], CancellationToken.None);
        else if (commands.Fate == InstanceFate.Aside)
            await SetAsideAsync(received, instance.SopInstanceUid, outcome.Problems[0], station, cancellationToken);
        return outcome;
    }

    /// <summary>
    /// Whether the bytes of an instance that is known are lost or damaged, which nobody had seen: the same that came now take their place.
    /// </summary>
    private async Task<bool> IsLostAsync(StudyCommands commands, string source, CancellationToken cancellationToken)
    {
        if (commands.Known is not (var bytes, var study)) return false;
        var place = new Place(bytes.Pack, bytes.Offset, bytes.Length);
        if (await archive.CheckAsync(place, readThrough: true, cancellationToken) == RecordState.Whole) return false;
        var lost = new LostInstanceCommands(commands.Context, null, study, [commands.Instance.SopInstanceUid]);
        await ApplyAsync(lost, source, cancellationToken);
        return true;
    }

    /// <summary>Gives up an instance that was received for another study than it is of: its sender was told.</summary>
    public Task DiscardAsync(ReceivedInstance received) => archive.RemoveAsync([received.Place], CancellationToken.None);

    /// <summary>What an instance says of itself, with its text read as that of its sender; or why that cannot be told.</summary>
    public (InstanceDetails? Instance, Problem? Fault) Read(ReceivedInstance received, InstanceName? request, StationProfile station) =>
        InstanceReader.Read(
            received, request, maps.Current.Default.Settings.Policy.DefaultAuthority,
            scan => StationText.Read(scan.Attributes, scan.EncodedAttributes, TransferSyntax.ExplicitVrLittleEndian, station));

    public ChangeContext ContextOf(string actor, string kind, string? facility) => new()
    {
        Actor = actor,
        Kind = kind,
        DefaultAuthority = maps.Current.Default.Settings.Policy.DefaultAuthority,
        ReceivedAt = clock.Clock.GetUtcNow(),
        SiteZone = clock.Zone,
        Facility = facility is { Length: > 0 } ? facility : null,
        Retention = Retention,
    };

    /// <returns>What became of the commands; null when the database is away: to be given again.</returns>
    /// <exception cref="InvalidOperationException">A fault of the engine; nothing was changed.</exception>
    public async Task<Outcome?> ApplyAsync(CommandSet commands, string source, CancellationToken cancellationToken)
    {
        var change = new CommandChange(commands, maps.Current.Default.Identifiers, source, installation, visibility, ids);
        var end = await changes.ApplyAsync(change, cancellationToken);
        if (end.Status == CommitStatus.Failed) throw new InvalidOperationException("An instance could not be indexed.", end.Error);
        return end.Status == CommitStatus.Committed ? change.Outcome : null;
    }

    public static Outcome Refused(Problem fault)
    {
        var outcome = new Outcome();
        outcome.Add(fault);
        outcome.Discard();
        return outcome;
    }

    private Task SetAsideAsync(
        ReceivedInstance received, string? sopInstanceUid, Problem why, StationProfile station, CancellationToken cancellationToken) =>
        quarantine.AddAsync(new QuarantinedRow(ids.Next())
        {
            ReceivedAt = clock.Clock.GetUtcNow(),
            Sender = station.CallingAeTitle,
            Facility = station.Facility is { Length: > 0 } facility ? facility : null,
            SopInstanceUid = sopInstanceUid,
            Code = why.Code,
            Reason = why.Text,
            Pack = received.Place.Pack,
            Offset = received.Place.Offset,
            Length = received.Place.Length,
        }, cancellationToken);
}
