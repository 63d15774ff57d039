using System.Collections.Concurrent;
using CloudPacs.Dicom;

namespace CloudPacs.Worklist;

/// <summary>What each station asked for last, kept in memory only: for the question why an entry was not in the answer.</summary>
internal sealed class LastQueries(TimeProvider clock)
{
    private const int MaxStations = 1024;
    private readonly ConcurrentDictionary<string, (DataSet Keys, DateTimeOffset At)> _queries = new(StringComparer.Ordinal);

    public void Keep(string station, DataSet keys)
    {
        if (_queries.Count >= MaxStations && !_queries.ContainsKey(station)) _queries.Clear();
        _queries[station] = (keys, clock.GetUtcNow());
    }

    /// <summary>Null for a station that has not asked since the start.</summary>
    public (DataSet Keys, DateTimeOffset At)? Of(string station) => _queries.TryGetValue(station, out var last) ? last : null;
}
