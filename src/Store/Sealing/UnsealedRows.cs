using CloudPacs.Store.Audit;
using Npgsql;

namespace CloudPacs.Store.Sealing;

/// <summary>
/// Finds rows that no block has. How many of each second are sealed is kept in memory, so that counting rows by the primary key is enough
/// to know where some are new; which ones is then read from the blocks.
/// </summary>
internal sealed class UnsealedRows
{
    /// <summary>Rows that become visible late are looked for so often.</summary>
    public static readonly TimeSpan DeepEvery = TimeSpan.FromSeconds(30);

    private const int MostBlocks = 8;

    /// <summary>Rows that are not older are looked for each time.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(5);

    /// <summary>So much is looked through at a time after a pause.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private readonly Dictionary<long, int> _sealed = [];
    private long _known;

    public static (DateTimeOffset From, DateTimeOffset To) Shallow(DateTimeOffset from, DateTimeOffset now) =>
        (from > now - Recent ? from : now - Recent, DateTimeOffset.MaxValue);

    /// <summary>All from a time on; after a long pause the first part in which there are rows.</summary>
    public static async Task<(DateTimeOffset From, DateTimeOffset To)> DeepAsync(
        NpgsqlTransaction transaction, DateTimeOffset from, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (now - from <= Window) return (from, DateTimeOffset.MaxValue);
        await using var command = BlockStatements.Command(
            transaction, "SELECT at FROM audit_event WHERE at >= $1 ORDER BY at LIMIT 1", BlockStatements.Time(from));
        var first = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is DateTime at
            ? new DateTimeOffset(at)
            : now;
        if (first > now - AuditSealer.Lateness) first = now - AuditSealer.Lateness;
        return now - first <= Window ? (first, DateTimeOffset.MaxValue) : (first, first + Window);
    }

    /// <summary>Hears of the blocks that were added since the last time, by whichever engine.</summary>
    public async Task CatchUpAsync(NpgsqlTransaction transaction, AuditBlock last, DateTimeOffset from, CancellationToken cancellationToken)
    {
        if (last.Number < _known)
        {
            // Blocks are gone: what they had is sealed anew.
            _known = 0;
            _sealed.Clear();
        }

        var oldest = SecondOf(TrailPlace.MicrosecondsOf(from));
        foreach (var second in _sealed.Keys.Where(second => second < oldest).ToArray()) _sealed.Remove(second);
        await foreach (var block in BlockStatements.AfterAsync(transaction, _known, from, cancellationToken).ConfigureAwait(false))
        {
            for (var i = 0; i < BlockEntries.CountOf(block.Entries!); i++)
            {
                var second = SecondOf(BlockEntries.PlaceOf(block.Entries!, i).Microseconds);
                if (second >= oldest) _sealed[second] = _sealed.GetValueOrDefault(second) + 1;
            }
        }

        _known = last.Number;
    }

    /// <summary>What no block has, in blocks to be; not more than some blocks.</summary>
    public async Task<(IReadOnlyList<BlockEntries> Blocks, bool IsWhole)> FindAsync(
        NpgsqlTransaction transaction, (DateTimeOffset From, DateTimeOffset To) span, CancellationToken cancellationToken)
    {
        var found = new Found(MostBlocks);
        foreach (var (from, to) in await SpansAsync(transaction, span, cancellationToken).ConfigureAwait(false))
        {
            await ReadAsync(transaction, from, to, found, cancellationToken).ConfigureAwait(false);
            if (found.IsFull) break;
        }

        return (found.Blocks, !found.IsFull);
    }

    /// <summary>Rows from before the beginning, after those of the last block of such.</summary>
    public static async Task<BlockEntries?> BacklogAsync(
        NpgsqlTransaction transaction, AuditBlock? last, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var found = new Found(1);
        await ReadAsync(transaction, last?.LastAt ?? DateTimeOffset.MinValue, end, found, cancellationToken).ConfigureAwait(false);
        return found.Blocks is [var block] ? block : null;
    }

    /// <summary>The spans of whole seconds that have more rows than are sealed.</summary>
    private async Task<List<(DateTimeOffset From, DateTimeOffset To)>> SpansAsync(
        NpgsqlTransaction transaction, (DateTimeOffset From, DateTimeOffset To) span, CancellationToken cancellationToken)
    {
        await using var command = BlockStatements.Command(
            transaction,
            """
            SELECT floor(extract(epoch FROM at))::bigint, count(*) FROM audit_event
            WHERE at >= date_trunc('second', $1::timestamptz) AND at < $2 GROUP BY 1 ORDER BY 1
            """,
            BlockStatements.Time(span.From), BlockStatements.Time(span.To));
        var spans = new List<(DateTimeOffset From, DateTimeOffset To)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var second = reader.GetInt64(0);
            if (reader.GetInt64(1) <= _sealed.GetValueOrDefault(second)) continue;
            var from = DateTimeOffset.UnixEpoch.AddSeconds(second);
            if (spans is [.., var before] && before.To == from) spans[^1] = (before.From, from.AddSeconds(1));
            else spans.Add((from, from.AddSeconds(1)));
        }

        return spans;
    }

    private static async Task ReadAsync(
        NpgsqlTransaction transaction, DateTimeOffset from, DateTimeOffset to, Found found, CancellationToken cancellationToken)
    {
        var known = new HashSet<TrailPlace>();
        await foreach (var block in BlockStatements.OverAsync(transaction, from, to, cancellationToken).ConfigureAwait(false))
            for (var i = 0; i < BlockEntries.CountOf(block.Entries!); i++) known.Add(BlockEntries.PlaceOf(block.Entries!, i));
        await using var command = BlockStatements.Command(
            transaction, $"SELECT {AuditQueries.Columns} FROM audit_event WHERE at >= $1 AND at < $2 ORDER BY at, id LIMIT $3",
            BlockStatements.Time(from), BlockStatements.Time(to), new NpgsqlParameter<long> { TypedValue = known.Count + found.Room });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (!found.IsFull && await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var row = AuditQueries.Read(reader);
            if (!known.Contains(BlockEntries.PlaceOf(row))) found.Add(row);
        }
    }

    private static long SecondOf(long microseconds) => (long)Math.Floor(microseconds / 1e6);

    /// <summary>Rows that were found, in blocks to be.</summary>
    private sealed class Found(int mostBlocks)
    {
        private readonly List<BlockEntries> _blocks = [];

        public IReadOnlyList<BlockEntries> Blocks => _blocks;

        /// <summary>How many more it takes.</summary>
        public int Room => (mostBlocks * BlockEntries.Most) - _blocks.Sum(static block => block.Count);

        public bool IsFull => _blocks.Count == mostBlocks && _blocks[^1].Count == BlockEntries.Most;

        public void Add(AuditRow row)
        {
            if (_blocks is [] || _blocks[^1].Count == BlockEntries.Most) _blocks.Add(new BlockEntries());
            _blocks[^1].Add(row);
        }
    }
}
