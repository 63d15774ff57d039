using System.Collections.Concurrent;
using System.Globalization;

namespace CloudPacs.Store;

/// <summary>Gives the next number of a named sequence: never one twice, gaps are fine; thread-safe.</summary>
public interface INumberSource
{
    string Next(string sequence);
}

/// <summary>Counts from 1 in memory, for a workspace without a database.</summary>
public sealed class CountingNumbers : INumberSource
{
    private readonly ConcurrentDictionary<string, long> _last = new(StringComparer.Ordinal);

    public string Next(string sequence) =>
        _last.AddOrUpdate(sequence, 1, static (_, last) => last + 1).ToString(CultureInfo.InvariantCulture);
}
