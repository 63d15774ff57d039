using System.Collections.Concurrent;
using System.Globalization;

namespace CloudPacs.Store;

/// <summary>Gives the next number of a named sequence: never one twice, gaps are fine; thread-safe.</summary>
public interface INumberSource
{
    /// <exception cref="NumbersExhaustedException">None is in hand: await <see cref="RefillAsync"/> and do the work again.</exception>
    string Next(string sequence);

    /// <summary>Gets more numbers for the sequences that run low; cheap when none does.</summary>
    Task RefillAsync(CancellationToken cancellationToken);
}

/// <summary>The numbers in hand are used up; after a refill the same work can be done again.</summary>
public sealed class NumbersExhaustedException(string sequence) : Exception($"No number of the sequence {sequence} is in hand.");

/// <summary>Counts from 1 in memory, for a workspace without a database.</summary>
public sealed class CountingNumbers : INumberSource
{
    private readonly ConcurrentDictionary<string, long> _last = new(StringComparer.Ordinal);

    public string Next(string sequence) =>
        _last.AddOrUpdate(sequence, 1, static (_, last) => last + 1).ToString(CultureInfo.InvariantCulture);

    public Task RefillAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
