using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Domain.Performed;
using CloudPacs.Integration.Changes;
using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Commit;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Performed;

/// <summary>Takes what modalities say of performed steps to its outcome, which says that it is durable and applied, or why not.</summary>
/// <param name="maps">Tables of the site, by which numbers become FHIR Identifiers.</param>
/// <param name="changes">The way into the database.</param>
/// <param name="clock">Time and zone of the site.</param>
/// <param name="installation">Namespace of the installation.</param>
/// <param name="visibility">Says why no station sees an entry.</param>
/// <param name="ids">Ids of audit rows.</param>
/// <param name="logger">Where it is told what modalities leave out or get wrong.</param>
internal sealed class PerformedDoor(
    MapCatalog maps, ChangePipeline changes, SiteClock clock, Guid installation, EntryVisibility visibility, IdSource ids,
    ILogger<PerformedDoor> logger)
{
    /// <param name="sopInstanceUid">The performed step.</param>
    /// <param name="begins">It is created; else changed.</param>
    /// <param name="sent">What was sent, text in Unicode.</param>
    /// <param name="station">Who says it, and what holds for it.</param>
    /// <param name="source">Its address.</param>
    /// <param name="mendsVrs">A wrong value representation is no reason to refuse it.</param>
    /// <param name="cancellationToken">Ends only the wait for a place in the queue.</param>
    /// <returns>What became of it; null when the database is away: to be sent again.</returns>
    /// <exception cref="InvalidOperationException">A fault of the engine; nothing was changed.</exception>
    public async Task<Outcome?> ReportAsync(
        string sopInstanceUid, bool begins, DataSet sent, StationProfile station, string source, bool mendsVrs,
        CancellationToken cancellationToken)
    {
        var sender = maps.Current.Default;
        var report = PerformedReader.Read(sopInstanceUid, begins, sent, clock.Zone, mendsVrs);
        var commands = new PerformedCommands(new ChangeContext
        {
            Actor = station.CallingAeTitle,
            Kind = begins ? "N-CREATE" : "N-SET",
            ReceivedAt = clock.Clock.GetUtcNow(),
            SiteZone = clock.Zone,
            Facility = station.Facility,
            Policy = new DomainPolicy
            {
                ChecksPerformedStrictly = station.ChecksPerformedStrictly,
                PerformedMayBeginEnded = !station.ChecksPerformedStrictly,
                UncreatedSteps = station.UncreatedSteps,
            },
        }, report);
        var change = new CommandChange(commands, sender.Identifiers, source, installation, visibility, ids);
        var end = await changes.ApplyAsync(change, cancellationToken);
        if (end.Status == CommitStatus.Failed)
            throw new InvalidOperationException("The report of a performed step could not be applied.", end.Error);
        if (end.Status != CommitStatus.Committed || change.Outcome is not { } outcome) return null;
        Tell(outcome, report, station.CallingAeTitle);
        return outcome;
    }

    /// <summary>DIMSE has no room for most of it, and nobody at a modality would read it.</summary>
    private void Tell(Outcome outcome, PerformedReport report, string station)
    {
        foreach (var problem in outcome.Problems) Log.PerformedProblem(logger, station, problem.Code, problem.Text);
        if (!report.Begins || !outcome.IsKept || outcome.Audit.Count == 0) return;
        var lacking = PerformedChecks.Omissions(report.Attributes);
        if (lacking.Count > 0) Log.PerformedIncomplete(logger, station, string.Join(", ", lacking.Select(DicomDictionary.NameOf)));
    }
}
