namespace CloudPacs.Mllp.Sending;

/// <summary>Pauses between attempts: 1, 2, 4 … 60 s, each up to a fifth longer, so that many clients do not return at once.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, TimeProvider time, Random random)
{
    private int failures;
    private TimeSpan pause;
    private long failedAt;

    public void Succeeded() => failures = 0;

    public void Failed()
    {
        failedAt = time.GetTimestamp();
        // 2^30 first pauses are beyond any longest one that makes sense.
        var doubled = first * (1L << Math.Min(failures, 30));
        pause = (doubled < longest ? doubled : longest) * (1 + random.NextDouble() / 5);
        failures++;
    }

    /// <summary>Waits for what is left of the pause after the last failure; returns at once after a success.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var left = failures == 0 ? TimeSpan.Zero : pause - time.GetElapsedTime(failedAt);
        return left <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(left, time, cancellationToken);
    }
}
