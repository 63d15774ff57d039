namespace CloudPacs.Mllp;

/// <summary>One timer that ends the waits of one loop, armed and disarmed for each wait. When it has expired the connection is given up.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly ITimer timer;
    private readonly CancellationTokenSource expiry;
    private readonly Func<bool>? isBusy;
    private TimeSpan armed;
    private volatile bool onlyWhenIdle;
    private volatile bool hasExpired;

    /// <param name="isBusy">True while the peer waits for us, so that its own silence means nothing.</param>
    public Deadline(TimeProvider time, CancellationToken stop, Func<bool>? isBusy = null)
    {
        this.isBusy = isBusy;
        expiry = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timer = time.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => expiry.Token;

    public bool HasExpired => hasExpired;

    public void Arm(TimeSpan after, bool onlyWhenIdle = false)
    {
        armed = after;
        this.onlyWhenIdle = onlyWhenIdle;
        timer.Change(after, Timeout.InfiniteTimeSpan);
    }

    public void Disarm() => timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        timer.Dispose();
        expiry.Dispose();
    }

    private void Expire()
    {
        if (onlyWhenIdle && isBusy?.Invoke() == true)
        {
            timer.Change(armed, Timeout.InfiniteTimeSpan);
            return;
        }

        hasExpired = true;
        try
        {
            expiry.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The connection ended while the timer fired: there is nothing left to end.
        }
    }
}
