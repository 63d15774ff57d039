namespace CloudPacs.Mllp;

/// <summary>
/// A number of units (bytes, frames, turns) shared by several loops. Who asks for more than is left waits; the waiting are
/// served in the order in which they asked, so that a large request is not starved by small ones.
/// </summary>
internal sealed class Budget(long limit)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Request> _waiting = [];
    private long _used;

    public long Limit => limit;

    public long Used
    {
        get
        {
            lock (_gate) return _used;
        }
    }

    /// <summary>Takes <paramref name="amount"/> units, or all there are if the limit is smaller; gives back what was taken.</summary>
    public ValueTask<long> TakeAsync(long amount, CancellationToken cancellationToken)
    {
        amount = Math.Min(amount, limit);
        lock (_gate)
        {
            if (_waiting.Count == 0 && _used + amount <= limit)
            {
                _used += amount;
                return new(amount);
            }

            cancellationToken.ThrowIfCancellationRequested();
            var request = new Request(amount);
            var place = _waiting.AddLast(request);
            return new(AwaitTurn(place, cancellationToken));
        }
    }

    /// <summary>Takes exactly <paramref name="amount"/> units if that needs no waiting.</summary>
    public bool TryTake(long amount)
    {
        lock (_gate)
        {
            if (_waiting.Count > 0 || _used + amount > limit) return false;
            _used += amount;
            return true;
        }
    }

    public void Return(long amount)
    {
        lock (_gate)
        {
            _used -= amount;
            ServeWaiting();
        }
    }

    private async Task<long> AwaitTurn(LinkedListNode<Request> place, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(() => Withdraw(place, cancellationToken));
        return await place.Value.Task.ConfigureAwait(false);
    }

    private void Withdraw(LinkedListNode<Request> place, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (place.List is null) return;
            _waiting.Remove(place);
            ServeWaiting();
        }

        place.Value.TrySetCanceled(cancellationToken);
    }

    private void ServeWaiting()
    {
        while (_waiting.First is { } first && _used + first.Value.Amount <= limit)
        {
            _waiting.RemoveFirst();
            _used += first.Value.Amount;
            first.Value.TrySetResult(first.Value.Amount);
        }
    }

    private sealed class Request(long amount) : TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Amount => amount;
    }
}
