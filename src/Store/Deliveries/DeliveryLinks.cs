namespace CloudPacs.Store.Deliveries;

/// <summary>
/// The connections to one destination, each with one delivery under way. The first is opened when something is to be sent, further ones
/// while those that are open are busy. A destination that does not take a further one is served over those that it takes, and is tried
/// with more only after a time that grows.
/// </summary>
/// <param name="links">All that there may be.</param>
/// <param name="holdOff">How long no further one is opened after one was not taken; it doubles with each time.</param>
/// <param name="clock">Time.</param>
internal sealed class DeliveryLinks(IReadOnlyList<IDeliveryLink> links, TimeSpan holdOff, TimeProvider clock) : IAsyncDisposable
{
    private const int MostDoublings = 6;

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Sending> _underWay = [];
    private readonly Dictionary<IDeliveryLink, Task> _resting = [];
    private int _refusals;
    private DateTimeOffset _noneFurtherBefore;
    private bool _takesFurther;
    private string? _silentKey;

    /// <summary>What ends when something has changed here.</summary>
    public IEnumerable<Task> Changes =>
        _underWay.Select(static sending => sending.Attempt).Concat(_resting.Values.Where(static rest => !rest.IsCompleted));

    /// <summary>Keys of which something is under way.</summary>
    public IReadOnlyList<string> Keys => [.. _underWay.Select(static sending => sending.Delivery.OrderKey)];

    /// <summary>
    /// Whether what has failed before may be sent too: it never takes the last connection, so that its troubles hold up nothing else.
    /// </summary>
    public bool MayRepeat => _underWay.Count(static sending => sending.Delivery.WasSent)
        < Math.Max(1, (MayOpen ? links.Count : links.Count(static link => link.IsOpen)) - 1);

    private bool MayOpen => clock.GetUtcNow() >= _noneFurtherBefore;

    /// <summary>
    /// The connection that takes the next delivery; null when none can now. Whether a destination is there at all is asked by one alone.
    /// </summary>
    public IDeliveryLink? Free()
    {
        foreach (var (link, rest) in _resting) if (rest.IsCompleted) _resting.Remove(link);
        var free = links.Where(link => !_resting.ContainsKey(link) && _underWay.TrueForAll(sending => sending.Link != link)).ToList();
        if (free.Find(static link => link.IsOpen) is { } open) return open;
        if (_resting.Count > 0) return null;
        return (links.Any(static link => link.IsOpen) ? MayOpen : _underWay.Count == 0) ? free.FirstOrDefault() : null;
    }

    public void Begin(DeliveryRow delivery, IDeliveryLink link)
    {
        var isFurther = !link.IsOpen && IsOtherOpen(link);
        _underWay.Add(new(delivery, link, isFurther, link.SendAsync(delivery, _stopping.Token)));
    }

    /// <summary>Nothing is to be sent just now.</summary>
    public void Rest()
    {
        while (Free() is { IsOpen: true } link)
        {
            var rest = link.RestAsync();
            if (rest.IsCompleted) return;
            _resting[link] = rest;
        }
    }

    /// <summary>What is under way no longer.</summary>
    public IReadOnlyList<Sending> TakeEnded()
    {
        var ended = _underWay.FindAll(static sending => sending.Attempt.IsCompleted);
        _underWay.RemoveAll(ended.Contains);
        return ended;
    }

    /// <summary>
    /// Whether an attempt failed because the destination did not take a further connection: that is no fault of the delivery, and the
    /// destination is not away. Silence means the delivery; but on connections for two keys, of a destination that never answered on a
    /// further one, it means these.
    /// </summary>
    public bool IsRefusal(Sending sending, Reach reach)
    {
        if (reach == Reach.Answered && sending.IsFurther) (_takesFurther, _refusals) = (true, 0);
        if (!IsOtherOpen(sending.Link) || !(sending.IsFurther || reach == Reach.NotConnected)) return false;
        var isRefused = reach is Reach.NotConnected or Reach.Ended;
        var isSilent = reach == Reach.Unanswered && !_takesFurther;
        if (MayOpen && (isRefused || (isSilent && _silentKey is { } key && key != sending.Delivery.OrderKey)))
            _noneFurtherBefore = clock.GetUtcNow() + (holdOff * (1 << Math.Min(_refusals++, MostDoublings)));
        if (isSilent) _silentKey = sending.Delivery.OrderKey;
        return isRefused;
    }

    /// <summary>Gives up what is under way.</summary>
    /// <returns>What had been answered before.</returns>
    public async Task<IEnumerable<Sending>> StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(Changes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return TakeEnded().Where(static sending => sending.Attempt.IsCompletedSuccessfully);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in links) await link.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private bool IsOtherOpen(IDeliveryLink link) => links.Any(other => other != link && other.IsOpen);
}

/// <summary>A delivery that is under way.</summary>
/// <param name="Delivery">As it was read.</param>
/// <param name="Link">Its connection.</param>
/// <param name="IsFurther">The connection had to be opened for it, beside one that was open.</param>
/// <param name="Attempt">How it ends.</param>
internal sealed record Sending(DeliveryRow Delivery, IDeliveryLink Link, bool IsFurther, Task<Attempt> Attempt);
