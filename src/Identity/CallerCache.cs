using System.Collections.Concurrent;

namespace CloudPacs.Identity;

/// <summary>Who was known a moment ago by what, so that signatures are not checked with every request.</summary>
/// <param name="kept">After so long it is looked at anew: keys are withdrawn.</param>
/// <param name="clock">Time.</param>
internal sealed class CallerCache(TimeSpan kept, TimeProvider clock)
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, (Caller Caller, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);

    public Caller? Find(string shown) =>
        _known.TryGetValue(shown, out var found) && found.Until > clock.GetUtcNow() ? found.Caller : null;

    /// <summary>Remembers it, no longer than it is valid.</summary>
    public void Keep(string shown, Caller caller)
    {
        // Those that come again are soon there again.
        if (_known.Count >= Most) _known.Clear();
        var until = clock.GetUtcNow() + kept;
        _known[shown] = (caller, caller.Until is { } end && end < until ? end : until);
    }

    public void Clear() => _known.Clear();
}
