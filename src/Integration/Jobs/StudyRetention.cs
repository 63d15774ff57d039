using CloudPacs.Archive;
using CloudPacs.Domain;
using CloudPacs.Domain.Studies;
using CloudPacs.Integration.Studies;
using CloudPacs.Settings;
using CloudPacs.Store.Studies;

namespace CloudPacs.Integration.Jobs;

/// <summary>
/// Each night: studies whose time is over are deleted, where the site has said so, and what was deleted or rejected long ago is erased.
/// </summary>
internal sealed class StudyRetention(
    ErasableInstances instances, StudyDoor door, IArchive archive, ArchiveSettings settings, RetentionRules rules, TimeProvider clock,
    ILogger<StudyRetention> logger)
{
    private const int StudiesATime = 500;
    private const string Actor = "retention";

    /// <summary>Longer than a note waits for its images.</summary>
    private static readonly TimeSpan AwaitedKept = TimeSpan.FromDays(2);

    public static RetentionRules RulesOf(ArchiveSettings settings) => new(
    [
        .. settings.Retention.Select(static rule => new RetentionRule(
            rule.Facility.Length > 0 ? rule.Facility : null, rule.Modality.Length > 0 ? rule.Modality : null, rule.Keep))
    ]);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (settings.DeleteExpired) await DeleteAsync(cancellationToken);
        await EraseAsync(cancellationToken);
        await instances.ForgetAwaitedAsync(clock.GetUtcNow() - AwaitedKept, cancellationToken);
    }

    /// <summary>Studies that need not be kept any more, the first received first.</summary>
    public async IAsyncEnumerable<(KeptStudy Study, DateTimeOffset Since)> ListExpiredAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (rules.Shortest is not { } shortest) yield break;
        var now = clock.GetUtcNow();
        KeptStudy? last = null;
        do
        {
            var page = await instances.ListStudiesAsync(now - shortest, last, StudiesATime, cancellationToken);
            foreach (var study in page)
                if (rules.EndOf(study) is { } end && end <= now) yield return (study, end);
            last = page.Count == StudiesATime ? page[^1] : null;
        }
        while (last is not null);
    }

    private async Task DeleteAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var (study, _) in ListExpiredAsync(cancellationToken))
        {
            var decision = new DeleteInstances
            {
                StudyInstanceUid = study.StudyInstanceUid, Rejection = Rejection.RetentionExpired, Reason = "The time to keep it is over.",
            };
            var commands = new StudyDecisions(door.ContextOf(Actor, "retention", facility: null), [decision]);
            if (await door.ApplyAsync(commands, Actor, cancellationToken) is { IsKept: true }) count++;
        }

        if (count > 0) Log.StudiesExpired(logger, count);
    }

    private async Task EraseAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - settings.EraseAfter;
        var count = 0;
        while (await instances.ListRejectedAsync(before, StudiesATime, cancellationToken) is { Count: > 0 } studies)
        {
            var erased = 0;
            foreach (var uid in studies)
            {
                var commands = new EraseCommands(door.ContextOf(Actor, "retention", facility: null), uid, before);
                if (await door.ApplyAsync(commands, Actor, cancellationToken) is null) continue;
                await archive.EraseAsync(
                    [.. commands.Erased.Select(static bytes => new Place(bytes.Pack, bytes.Offset, bytes.Length))], cancellationToken);
                erased += commands.Erased.Count;
            }

            if (erased == 0) break;
            count += erased;
        }

        if (count > 0) Log.InstancesErased(logger, count);
    }
}
