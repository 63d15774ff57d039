using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace CloudPacs.Protocols.Tests.Mllp;

/// <summary>A fake clock that tells when somebody begins to wait for a given time, so that a test advances it at the right moment.</summary>
public sealed class WatchedTime : FakeTimeProvider
{
    private readonly ConcurrentDictionary<TimeSpan, SemaphoreSlim> _armed = [];

    public Task Armed(TimeSpan dueTime) => Signal(dueTime).WaitAsync(Patience.Token);

    /// <summary>Waits until somebody waits for this time, then lets it pass.</summary>
    public async Task PassAsync(TimeSpan dueTime)
    {
        await Armed(dueTime);
        Advance(dueTime);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WatchedTimer(this, base.CreateTimer(callback, state, dueTime, period));
        Signal(dueTime).Release();
        return timer;
    }

    private SemaphoreSlim Signal(TimeSpan dueTime) => _armed.GetOrAdd(dueTime, _ => new SemaphoreSlim(0));

    private sealed class WatchedTimer(WatchedTime time, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = inner.Change(dueTime, period);
            time.Signal(dueTime).Release();
            return changed;
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
