using System.Collections.Concurrent;

namespace CloudPacs.Identity;

/// <summary>Who was known a moment ago by what, so that signatures are not checked with every request.</summary>
/// <param name="kept">After so long it is looked at anew: keys are withdrawn.</param>
/// <param name="clock">Time.</param>
internal sealed class CallerCache(TimeSpan kept, TimeProvider clock)
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, (Caller Caller, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);

    private int _turn;

    /// <summary>Grows with each <see cref="Clear"/>: what was looked up before one is not kept after it.</summary>
    public int Turn => Volatile.Read(ref _turn);

    public Caller? Find(string shown) =>
        _known.TryGetValue(shown, out var found) && found.Until > clock.GetUtcNow() ? found.Caller : null;

    /// <summary>Remembers it, no longer than it is valid.</summary>
    public void Keep(string shown, Caller caller, int turn)
    {
        if (turn != Turn) return;
        // Those that come again are soon there again.
        if (_known.Count >= Most) _known.Clear();
        var until = clock.GetUtcNow() + kept;
        _known[shown] = (caller, caller.Until is { } end && end < until ? end : until);
    }

    public void Clear()
    {
        Interlocked.Increment(ref _turn);
        _known.Clear();
    }
}
