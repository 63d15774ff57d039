using CloudPacs.Settings;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Archives;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Archives;

/// <summary>
/// Asks one archive for what is new. What has been followed is kept when it is durable, so that the next poll, after a restart too, goes on
/// there. An Orthanc tells each change; of others the studies of the last days are compared each time. Once a day a walk from the newest
/// day back compares all of them: that finds what came late, and what is not there any more.
/// </summary>
internal sealed class ArchivePoller(
    IForeignArchive archive, OrthancFeed? feed, ForeignArchiveSettings settings, ArchivePolls polls, ArchiveStudies studies,
    FoundStudies found, SiteClock clock, ILogger<ArchivePoller> logger)
{
    /// <summary>Studies are dated by the modality, whose clock and zone may be others.</summary>
    private const int RecentDays = 2;

    private const int WalkStepDays = 7;

    /// <summary>A turn comes about each minute.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan WalkInterval = TimeSpan.FromDays(1);

    /// <summary>What is left of a walk is for the next poll.</summary>
    private static readonly TimeSpan WalkBudget = TimeSpan.FromSeconds(40);

    private bool? _isOrthanc;

    public string Name => archive.Name;

    /// <summary>Whether it is time to ask.</summary>
    public async Task<bool> IsDueAsync(CancellationToken cancellationToken)
    {
        var poll = await polls.ReadAsync(Name, cancellationToken);
        // One that failed is made again at the next turn.
        return poll.FailingSince is not null || poll.AnsweredAt is not { } last
            || clock.Clock.GetUtcNow() - last >= settings.Interval - Tolerance;
    }

    /// <param name="whole">A walk begins and ends in this poll.</param>
    /// <param name="cancellationToken">Ends it; what is done stays.</param>
    /// <returns>False when another one polls the archive at the moment.</returns>
    public async Task<bool> PollAsync(bool whole, CancellationToken cancellationToken)
    {
        await using var turn = await polls.TryTakeTurnAsync(Name, cancellationToken);
        if (turn is null) return false;
        var before = await polls.ReadAsync(Name, cancellationToken);
        try
        {
            if (await IsOrthancAsync(cancellationToken)) await FollowAsync(before.ChangeNumber, cancellationToken);
            else await CompareAsync(Today.AddDays(-RecentDays), to: null, cancellationToken);
            await WalkAsync(before, whole, cancellationToken);
        }
        catch (ForeignArchiveException e)
        {
            if (before.FailingSince is null) Log.ArchiveFailed(logger, e.Message);
            await polls.SaveOutcomeAsync(Name, clock.Clock.GetUtcNow(), e.Message, cancellationToken);
            return true;
        }

        if (before.FailingSince is not null) Log.ArchiveAnswers(logger, Name);
        await polls.SaveOutcomeAsync(Name, clock.Clock.GetUtcNow(), fault: null, cancellationToken);
        return true;
    }

    private DateOnly Today => DateOnly.FromDateTime(clock.LocalNow);

    private string? Facility => settings.Facility.Length > 0 ? settings.Facility : null;

    private async ValueTask<bool> IsOrthancAsync(CancellationToken cancellationToken) =>
        _isOrthanc ??= feed is not null && await feed.IsOrthancAsync(cancellationToken);

    private async Task FollowAsync(long since, CancellationToken cancellationToken)
    {
        for (var isDone = false; !isDone;)
        {
            var changes = await feed!.ReadAsync(since, cancellationToken);
            foreach (var uid in changes.Studies)
                await found.TakeAsync(archive, Facility, new ListedStudy(uid, null, null), cancellationToken);
            if (changes.Last != since) await polls.SaveChangeNumberAsync(Name, changes.Last, cancellationToken);
            (since, isDone) = (changes.Last, changes.IsDone);
        }
    }

    private async Task WalkAsync(ArchivePoll before, bool whole, CancellationToken cancellationToken)
    {
        var isDue = before.WalkDay is not null || before.WalkedAt is not { } last || clock.Clock.GetUtcNow() - last >= WalkInterval;
        if (!isDue && !whole) return;
        var (begun, end) = (clock.Clock.GetTimestamp(), Today.AddDays(-(int)settings.History.TotalDays));
        var isFirst = whole || before.WalkDay is null;
        for (var day = isFirst ? Today.AddDays(1) : before.WalkDay!.Value; day > end; isFirst = false)
        {
            if (!whole && clock.Clock.GetElapsedTime(begun) > WalkBudget) return;
            var from = day.AddDays(-WalkStepDays);
            // Clocks of modalities are wrong at times: what is dated in days to come is compared too.
            await CompareAsync(from, isFirst ? null : day.AddDays(-1), cancellationToken);
            day = from;
            await polls.SaveWalkAsync(Name, day, day > end ? null : clock.Clock.GetUtcNow(), cancellationToken);
        }
    }

    /// <summary>Takes up the studies of some days that are other than they were, and finds those that are not listed any more.</summary>
    private async Task CompareAsync(DateOnly from, DateOnly? to, CancellationToken cancellationToken)
    {
        var known = await studies.ListAsync(Name, from, to ?? DateOnly.MaxValue, cancellationToken);
        var listed = await archive.ListAsync(new StudyKey(from, to), cancellationToken);
        foreach (var study in listed)
        {
            var isKnown = known.TryGetValue(study.StudyInstanceUid, out var before);
            if (!isKnown || before!.IsMissing || study.Instances is null || study.Instances != before.Instances)
                await found.TakeAsync(archive, Facility, study, cancellationToken);
        }

        var seen = listed.Select(static study => study.StudyInstanceUid).ToHashSet(StringComparer.Ordinal);
        foreach (var (uid, before) in known)
        {
            if (before.IsMissing || seen.Contains(uid)) continue;
            // It may have another date by now, and a list may have lost it while it was turned over.
            var now = await archive.ListAsync(new StudyKey(null, null, uid), cancellationToken);
            await found.TakeAsync(archive, Facility, now is [var study, ..] ? study : new ListedStudy(uid, null, null), cancellationToken);
        }
    }
}
