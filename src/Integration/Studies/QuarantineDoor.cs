using CloudPacs.Archive;
using CloudPacs.Domain;
using CloudPacs.Domain.Studies;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Intake;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Studies;

/// <summary>Takes what a person decides about what is in quarantine to its outcome.</summary>
internal sealed class QuarantineDoor(StudyDoor door, InstanceIntake intake, IArchive archive, StationDirectory stations)
{
    /// <summary>Takes it in as the instance that it is.</summary>
    /// <param name="row">What is in quarantine.</param>
    /// <param name="replaces">Whether it takes the place of what is stored under its name.</param>
    /// <param name="actor">Who decides.</param>
    /// <param name="reason">Why.</param>
    /// <param name="source">Address of the request.</param>
    /// <param name="cancellationToken">Ends the reading, and the wait for a place in the queue.</param>
    /// <returns>What became of it; null when the database is away.</returns>
    /// <exception cref="ArchiveException">Its bytes are not there.</exception>
    public async Task<Outcome?> ReleaseAsync(
        QuarantinedRow row, bool replaces, string actor, string reason, string source, CancellationToken cancellationToken)
    {
        var received = await intake.ReadAsync(PlaceOf(row), cancellationToken);
        var station = stations.ProfileOf(row.Sender);
        var (instance, fault) = door.Read(received, request: null, station);
        if (instance is null) return StudyDoor.Refused(fault!);
        var facility = row.Facility ?? station.Facility;
        var release = new StudyCommands(door.ContextOf(row.Sender, "release", facility), instance) { Replaces = replaces };
        var context = door.ContextOf(actor, "release", facility);
        var outcome = await door.ApplyAsync(new QuarantineCommands(context, row.Id, release, reason), source, cancellationToken);
        if (outcome is { IsKept: true } && release.Fate == InstanceFate.Known)
            await archive.RemoveAsync([received.Place], CancellationToken.None);
        return outcome;
    }

    /// <summary>Gives it up, with its bytes.</summary>
    public async Task<Outcome?> DropAsync(
        QuarantinedRow row, string actor, string reason, string source, CancellationToken cancellationToken)
    {
        var commands = new QuarantineCommands(door.ContextOf(actor, "drop", facility: null), row.Id, release: null, reason);
        var outcome = await door.ApplyAsync(commands, source, cancellationToken);
        if (outcome is { IsKept: true }) await archive.RemoveAsync([PlaceOf(row)], CancellationToken.None);
        return outcome;
    }

    public static Place PlaceOf(QuarantinedRow row) => new(row.Pack, row.Offset, row.Length);
}
