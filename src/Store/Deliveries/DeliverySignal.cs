namespace CloudPacs.Store.Deliveries;

/// <summary>Tells the lanes of this engine that something new may be sent.</summary>
public sealed class DeliverySignal
{
    private volatile TaskCompletionSource _next = New();

    public void Raise() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    /// <summary>Ends with the next signal; to be asked for before the database is asked.</summary>
    public Task Next => _next.Task;

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
