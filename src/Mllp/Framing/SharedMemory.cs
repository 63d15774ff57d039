namespace CloudPacs.Mllp.Framing;

/// <summary>
/// The bytes that all connections of a listener may hold for unfinished and unanswered frames. Unfinished frames could take all of it
/// and wait for each other, so a wait has an end.
/// </summary>
internal sealed class SharedMemory(long limit, TimeSpan longestWait, TimeProvider time)
{
    private readonly Budget _budget = new(limit);

    public long Used => _budget.Used;

    /// <returns>False when it stayed used up for the longest wait.</returns>
    public async ValueTask<bool> TryTakeAsync(int bytes, CancellationToken cancellationToken)
    {
        if (_budget.TryTake(bytes)) return true;

        using var deadline = new Deadline(time, cancellationToken);
        deadline.Arm(longestWait);
        try
        {
            await _budget.TakeAsync(bytes, deadline.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (deadline.HasExpired)
        {
            return false;
        }
    }

    public void Return(long bytes) => _budget.Return(bytes);
}
