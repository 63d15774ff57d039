namespace CloudPacs.Integration;

/// <summary>Does something again and again until it is disposed. When it fails this is told, and the next time may do better.</summary>
internal sealed class Upkeep : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    /// <param name="name">What it does, for the log.</param>
    /// <param name="interval">From the end of one time to the next.</param>
    /// <param name="work">What it does.</param>
    /// <param name="clock">Time.</param>
    /// <param name="logger">Where it is told that it failed.</param>
    public Upkeep(string name, TimeSpan interval, Func<CancellationToken, Task> work, TimeProvider clock, ILogger<Upkeep> logger)
    {
        _loop = Task.Run(RunAsync);

        async Task RunAsync()
        {
            while (!_stopping.IsCancellationRequested)
            {
                try
                {
                    await work(_stopping.Token);
                }
                catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception e)
                {
                    Log.UpkeepFailed(logger, e, name);
                }

                await Task.Delay(interval, clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }
}
