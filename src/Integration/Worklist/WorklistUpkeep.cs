namespace CloudPacs.Integration.Worklist;

/// <summary>
/// The care of the index in memory: commits in doubt are settled, entries whose time is over are dropped. Each fails alone and is tried
/// again.
/// </summary>
internal sealed class WorklistUpkeep : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly WorklistUpdater updater;
    private readonly WorklistIndex index;
    private readonly SiteClock clock;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task loop;

    public WorklistUpkeep(WorklistUpdater updater, WorklistIndex index, SiteClock clock, ILogger<WorklistUpkeep> logger)
    {
        this.updater = updater;
        this.index = index;
        this.clock = clock;
        this.logger = logger;
        loop = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop;
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                index.Purge(clock.LocalNow);
                await updater.CatchUpAsync(stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.UpkeepFailed(logger, e, "Reading commits in doubt again");
            }

            await Task.Delay(Interval, clock.Clock, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
