namespace CloudPacs.Integration.Outbound;

/// <summary>The loops of all destinations.</summary>
internal sealed class DeliveryLoops : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    public DeliveryLoops(IEnumerable<DeliveryLoop> loops) =>
        _running = Task.WhenAll(loops.Select(loop => Task.Run(() => loop.RunAsync(_stopping.Token))));

    /// <summary>An attempt that waits for its answer is given up: it is made again, under the same id, after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }
}
