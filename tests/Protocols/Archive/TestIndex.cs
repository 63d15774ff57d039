using System.Collections.Concurrent;
using CloudPacs.Archive;

namespace CloudPacs.Protocols.Tests.Archive;

/// <summary>The index of a caller: places by key. It does not take up what it did not know unless it is told to.</summary>
internal sealed class TestIndex : IRecordIndex
{
    public ConcurrentDictionary<string, Place> Rows { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<FoundRecord> Offered { get; } = new();

    public bool TakesUp { get; init; }

    public Func<Guid, long> KnownEnd { get; init; } = static _ => 0;

    public ValueTask<long> KnownEndAsync(Guid pack, CancellationToken cancellationToken) => new(KnownEnd(pack));

    public ValueTask<IReadOnlyList<bool>> AreNeededAsync(IReadOnlyList<FoundRecord> records, CancellationToken cancellationToken)
    {
        foreach (var record in records) Offered.Enqueue(record);
        return new(records.Select(record => (TakesUp ? Rows.GetOrAdd(KeyOf(record), record.Place) : Rows.GetValueOrDefault(KeyOf(record))) == record.Place).ToArray());
    }

    public ValueTask<IReadOnlyList<bool>> MovedAsync(IReadOnlyList<MovedRecord> records, CancellationToken cancellationToken) => new(records.Select(Move).ToArray());

    private static string KeyOf(FoundRecord record) => System.Text.Encoding.ASCII.GetString(record.Key.Span);

    private bool Move(MovedRecord record)
    {
        foreach (var (key, place) in Rows)
            if (place == record.From) return Rows.TryUpdate(key, record.To, place);
        return false;
    }
}
