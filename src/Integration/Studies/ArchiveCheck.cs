using CloudPacs.Archive;
using CloudPacs.Domain.Studies;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Intake;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Studies;

/// <summary>An instance whose bytes are not as they should be.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="State">How its bytes were found.</param>
internal sealed record CheckedInstance(PlacedInstance Instance, RecordState State);

/// <summary>What a pack holds that no row names.</summary>
/// <param name="Unknown">How many records.</param>
/// <param name="Adopted">How many of them are instances now.</param>
/// <param name="Known">How many are copies of instances that are stored.</param>
/// <param name="Refused">How many are no instances that could be shown.</param>
internal sealed record CheckedPack(int Unknown, int Adopted, int Known, int Refused);

/// <summary>Compares rows and bytes, either way: instances without bytes, and bytes without an instance.</summary>
internal sealed class ArchiveCheck(
    InstancePlaces places, StudyDoor door, InstanceIntake intake, IArchive archive, StationDirectory stations, TimeProvider clock,
    ILogger<ArchiveCheck> logger)
{
    /// <summary>Whoever sent what is adopted is not known any more.</summary>
    private const string Adopted = "ADOPTED", Actor = "archive check";

    /// <summary>Younger records may belong to rows that are not committed yet.</summary>
    private static readonly TimeSpan LeftAlone = TimeSpan.FromHours(1);

    public IArchive Archive => archive;

    /// <summary>Looks whether the bytes of some instances are there.</summary>
    /// <param name="after">The last row of those before.</param>
    /// <param name="most">How many at the most.</param>
    /// <param name="readThrough">Whether all bytes are read and compared with their checksums.</param>
    /// <param name="hides">Whether those that are lost are not shown any more, and those that are found again are.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>How many were looked at, those that are not whole, and the last row; null when there are no more.</returns>
    public async Task<(int Count, IReadOnlyList<CheckedInstance> Found, Guid? Last)> CheckAsync(
        Guid after, int most, bool readThrough, bool hides, CancellationToken cancellationToken)
    {
        var page = await places.ListAsync(after, most, cancellationToken);
        var (found, again) = (new List<CheckedInstance>(), new List<PlacedInstance>());
        foreach (var instance in page)
        {
            var state = await archive.CheckAsync(
                new Place(instance.Pack, instance.Offset, instance.Length), readThrough, cancellationToken);
            if (state != RecordState.Whole) found.Add(new CheckedInstance(instance, state));
            else if (instance.State == InstanceState.Missing) again.Add(instance);
        }

        if (hides) await HideAsync([.. found.Select(static one => one.Instance)], cancellationToken);
        foreach (var study in (hides ? again : []).GroupBy(static one => one.StudyInstanceUid))
        {
            var commands = new FoundInstanceCommands(
                door.ContextOf(Actor, "check", facility: null), study.Key, [.. study.Select(static one => one.SopInstanceUid)]);
            await door.ApplyAsync(commands, Actor, cancellationToken);
        }

        return (page.Count, found, page.Count == most ? page[^1].Id : null);
    }

    /// <summary>Reads a thirtieth of the packs through, so that a month reads all; what is damaged is not shown any more.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        const int days = 30;
        var today = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Days % days;
        foreach (var pack in await archive.ListPacksAsync(cancellationToken))
        {
            if (pack.Id.ToByteArray()[^1] % days != today) continue;
            var bad = await archive.ScrubAsync(pack.Id, cancellationToken);
            var rows = await places.FindAsync([.. bad.Select(static place => (place.Pack, place.Offset))], cancellationToken);
            await HideAsync(rows, cancellationToken);
        }
    }

    /// <summary>Looks for records of a sealed pack that no row names, and takes them in where they are instances.</summary>
    public async Task<CheckedPack> CheckPackAsync(Guid pack, bool adopts, CancellationToken cancellationToken)
    {
        var unknown = await archive.FindUnknownAsync(pack, cancellationToken);
        var (adopted, known, refused) = (0, 0, 0);
        foreach (var place in adopts ? unknown : [])
        {
            var received = await intake.ReadAsync(place, cancellationToken);
            var station = stations.ProfileOf(Adopted);
            var (instance, _) = door.Read(received, request: null, station);
            var commands = instance is null ? null : new StudyCommands(door.ContextOf(Adopted, "adopt", station.Facility), instance);
            if (commands is null || await door.ApplyAsync(commands, Actor, cancellationToken) is null) refused++;
            else if (commands.Fate == InstanceFate.Stored) adopted++;
            else if (commands.Fate == InstanceFate.Known) known++;
            else refused++;
        }

        return new CheckedPack(unknown.Count, adopted, known, refused);
    }

    /// <summary>Gives up records that no row names, and the room of what is dead.</summary>
    /// <returns>How many records were given up, and how many packs were written anew.</returns>
    public async Task<(int Orphans, int Packs)> SweepAsync(CancellationToken cancellationToken)
    {
        var orphans = await archive.SweepAsync(clock.GetUtcNow() - LeftAlone, cancellationToken);
        return (orphans, await archive.CompactAsync(cancellationToken));
    }

    private async Task HideAsync(IReadOnlyList<PlacedInstance> instances, CancellationToken cancellationToken)
    {
        foreach (var study in instances.Where(static one => one.State == InstanceState.Shown).GroupBy(static one => one.StudyInstanceUid))
        {
            var commands = new LostInstanceCommands(
                door.ContextOf(Actor, "check", facility: null), null, study.Key, [.. study.Select(static one => one.SopInstanceUid)]);
            await door.ApplyAsync(commands, Actor, cancellationToken);
            Log.InstancesDamaged(logger, study.Count());
        }
    }
}
