namespace CloudPacs.Integration.Worklist;

/// <summary>
/// The care of the index in memory: commits in doubt are settled, entries whose time is over are dropped. Each fails alone and is tried
/// again.
/// </summary>
internal sealed class WorklistUpkeep : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly WorklistUpdater _updater;
    private readonly WorklistIndex _index;
    private readonly SiteClock _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    public WorklistUpkeep(WorklistUpdater updater, WorklistIndex index, SiteClock clock, ILogger<WorklistUpkeep> logger)
    {
        _updater = updater;
        _index = index;
        _clock = clock;
        _logger = logger;
        _loop = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                _index.Purge(_clock.LocalNow);
                await _updater.CatchUpAsync(_stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.UpkeepFailed(_logger, e, "Reading commits in doubt again");
            }

            await Task.Delay(Interval, _clock.Clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
