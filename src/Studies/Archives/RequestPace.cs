namespace CloudPacs.Studies.Archives;

/// <summary>Lets requests through one after the other, not faster than an archive is to be asked.</summary>
public sealed class RequestPace(int perSecond, TimeProvider clock)
{
    private readonly TimeSpan _gap = TimeSpan.FromSeconds(1) / perSecond;
    private readonly Lock _gate = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            wait = _next > now ? _next - now : TimeSpan.Zero;
            _next = now + wait + _gap;
        }

        return wait == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(wait, clock, cancellationToken);
    }
}
