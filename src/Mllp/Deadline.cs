namespace CloudPacs.Mllp;

/// <summary>
/// One timer that ends the waits of one loop, armed and disarmed for each wait. When it has expired the connection is given up.
/// </summary>
internal sealed class Deadline : IDisposable
{
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _expiry;
    private readonly Func<bool>? _isBusy;
    private TimeSpan _armed;
    private volatile bool _onlyWhenIdle;
    private volatile bool _hasExpired;

    /// <param name="isBusy">True while the peer waits for us, so that its own silence means nothing.</param>
    public Deadline(TimeProvider time, CancellationToken stop, Func<bool>? isBusy = null)
    {
        _isBusy = isBusy;
        _expiry = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _timer = time.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => _expiry.Token;

    public bool HasExpired => _hasExpired;

    public void Arm(TimeSpan after, bool onlyWhenIdle = false)
    {
        _armed = after;
        _onlyWhenIdle = onlyWhenIdle;
        _timer.Change(after, Timeout.InfiniteTimeSpan);
    }

    public void Disarm() => _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _timer.Dispose();
        _expiry.Dispose();
    }

    private void Expire()
    {
        if (_onlyWhenIdle && _isBusy?.Invoke() == true)
        {
            _timer.Change(_armed, Timeout.InfiniteTimeSpan);
            return;
        }

        _hasExpired = true;
        try
        {
            _expiry.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The connection ended while the timer fired: there is nothing left to end.
        }
    }
}
