using CloudPacs.Integration.Changes;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Worklist;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Jobs;

/// <summary>
/// Steps whose time is over leave the worklist for good; a query has not shown them since. Steps that were started stay: their end is told
/// by the modality or the order.
/// </summary>
internal sealed class Expiry(
    WorklistQueries queries, ChangePipeline changes, SiteClock clock, WorklistSettings settings, IdSource ids, ILogger<Expiry> logger)
{
    private const int StepsATime = 200;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.Clock.GetUtcNow();
        if (now - DateTimeOffset.MinValue <= settings.KeepVisibleOf("I")) return;
        for (var isMore = true; isMore;)
        {
            var overdue = await queries.ListOverdueAsync(
                now - settings.KeepVisible, now - settings.KeepVisibleOf("I"), StepsATime, cancellationToken);
            if (overdue.Count == 0) return;
            var expired = new ExpireSteps(overdue, now, clock, settings, ids);
            var outcome = await changes.ApplyAsync(expired, cancellationToken);
            if (outcome.Status == CommitStatus.Failed)
                throw new InvalidOperationException("Overdue entries cannot be expired.", outcome.Error);
            if (outcome.Status == CommitStatus.Committed) Log.EntriesExpired(logger, expired.Count);
            isMore = outcome.Status == CommitStatus.Committed && expired.Count > 0 && overdue.Count == StepsATime;
        }
    }
}
