namespace CloudPacs.Integration.Archives;

/// <summary>Asks the archives beside this one for what is new: each when its time has come, side by side.</summary>
internal sealed class ArchivePolling(IReadOnlyList<ArchivePoller> pollers) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    public IReadOnlyList<ArchivePoller> Pollers => pollers;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, cancellationToken);
        await Task.WhenAll(pollers.Select(async poller =>
        {
            if (await poller.IsDueAsync(either.Token)) await poller.PollAsync(whole: false, either.Token);
        }));
    }

    public void Stop() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();
}
