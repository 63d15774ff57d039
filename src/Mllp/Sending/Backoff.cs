namespace CloudPacs.Mllp.Sending;

/// <summary>Pauses between attempts: 1, 2, 4 … 60 s, each up to a fifth longer, so that many clients do not return at once.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, TimeProvider time, Random random)
{
    private int _failures;
    private TimeSpan _pause;
    private long _failedAt;

    public void Succeeded() => _failures = 0;

    public void Failed()
    {
        _failedAt = time.GetTimestamp();
        // 2^30 first pauses are beyond any longest one that makes sense.
        var doubled = first * (1L << Math.Min(_failures, 30));
        _pause = (doubled < longest ? doubled : longest) * (1 + random.NextDouble() / 5);
        _failures++;
    }

    /// <summary>Waits for what is left of the pause after the last failure; returns at once after a success.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var left = _failures == 0 ? TimeSpan.Zero : _pause - time.GetElapsedTime(_failedAt);
        return left <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(left, time, cancellationToken);
    }
}
