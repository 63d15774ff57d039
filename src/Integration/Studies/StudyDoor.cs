using CloudPacs.Archive;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Domain.Studies;
using CloudPacs.Integration.Changes;
using CloudPacs.Worklist;
using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Intake;

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
        var sender = maps.Current.Default;
        var (instance, fault) = InstanceReader.Read(
            received, request, sender.Settings.Policy.DefaultAuthority,
            scan => StationText.Read(scan.Attributes, scan.EncodedAttributes, TransferSyntax.ExplicitVrLittleEndian, station));
        if (instance is null)
        {
            await SetAsideAsync(received, request?.SopInstanceUid, fault!, station, cancellationToken);
            return Refused(fault!);
        }

        var commands = new StudyCommands(new ChangeContext
        {
            Actor = station.CallingAeTitle,
            Kind = "C-STORE",
            DefaultAuthority = sender.Settings.Policy.DefaultAuthority,
            ReceivedAt = clock.Clock.GetUtcNow(),
            SiteZone = clock.Zone,
            Facility = station.Facility,
        }, instance);
        var change = new CommandChange(commands, sender.Identifiers, source, installation, visibility, ids);
        var end = await changes.ApplyAsync(change, cancellationToken);
        if (end.Status == CommitStatus.Failed)
            throw new InvalidOperationException("A received instance could not be indexed.", end.Error);
        if (end.Status != CommitStatus.Committed || change.Outcome is not { } outcome) return null;
        if (commands.Fate == InstanceFate.Known) await archive.RemoveAsync([received.Place], CancellationToken.None);
        else if (commands.Fate == InstanceFate.Aside)
            await SetAsideAsync(received, instance.SopInstanceUid, outcome.Problems[0], station, cancellationToken);
        return outcome;
    }

    /// <summary>Gives up an instance that was received for another study than it is of: its sender was told.</summary>
    public Task DiscardAsync(ReceivedInstance received) => archive.RemoveAsync([received.Place], CancellationToken.None);

    private static Outcome Refused(Problem fault)
    {
        var outcome = new Outcome();
        outcome.Add(fault);
        outcome.Discard();
        return outcome;
    }

    private Task SetAsideAsync(
        ReceivedInstance received, string? sopInstanceUid, Problem why, StationProfile station, CancellationToken cancellationToken) =>
        quarantine.AddAsync(new QuarantinedInstance(
            ids.Next(), clock.Clock.GetUtcNow(), station.CallingAeTitle, sopInstanceUid, why.Code, why.Text, received.Place.Pack,
            received.Place.Offset, received.Place.Length), cancellationToken);
}
