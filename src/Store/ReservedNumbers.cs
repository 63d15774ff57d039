using System.Globalization;
using Npgsql;

namespace CloudPacs.Store;

/// <summary>
/// Numbers from blocks that are reserved in the database, so that several engines never give the same. <see cref="Next"/> takes what is in
/// hand and never waits; who works with the database refills ahead of need.
/// </summary>
public sealed class ReservedNumbers(NpgsqlDataSource database) : INumberSource
{
    private const int LeastBlock = 1000, LargestBlock = 1_000_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Stock> _stocks = new(StringComparer.Ordinal);
    private Task _refill = Task.CompletedTask;

    public string Next(string sequence)
    {
        lock (_gate)
        {
            if (!_stocks.TryGetValue(sequence, out var stock)) _stocks.Add(sequence, stock = new Stock());
            return stock.Take() is { } number
                ? number.ToString(CultureInfo.InvariantCulture)
                : throw new NumbersExhaustedException(sequence);
        }
    }

    /// <summary>
    /// One refill at a time, for all that wait: on transactions of its own, as a block stays taken whatever becomes of the work that asks.
    /// </summary>
    public Task RefillAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_refill.IsCompleted)
            {
                var low = _stocks.Where(static one => one.Value.IsLow).Select(static one => (one.Key, one.Value.NextSize)).ToList();
                if (low.Count == 0) return Task.CompletedTask;
                _refill = Task.Run(() => ReserveAsync(low), CancellationToken.None);
            }

            return _refill.WaitAsync(cancellationToken);
        }
    }

    private async Task ReserveAsync(List<(string Sequence, int Size)> low)
    {
        foreach (var (sequence, size) in low) await ReserveAsync(sequence, size).ConfigureAwait(false);
    }

    private async Task ReserveAsync(string sequence, int size)
    {
        await using var command = database.CreateCommand(
            """
            INSERT INTO number_sequence (name, next_value) VALUES ($1, 1 + $2)
            ON CONFLICT (name) DO UPDATE SET next_value = number_sequence.next_value + $2
            RETURNING next_value
            """);
        // Whoever asked waits with its sender: a database that hangs must be found out while the sender still listens.
        command.CommandTimeout = 5;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sequence });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = size });
        var end = (long)(await command.ExecuteScalarAsync().ConfigureAwait(false))!;
        lock (_gate) _stocks[sequence].Add(end - size, size);
    }

    /// <summary>The numbers of one sequence in hand.</summary>
    private sealed class Stock
    {
        private readonly Queue<(long Next, long End)> _blocks = new();
        private long _next;
        private long _end;
        private int _inHand;
        private int _taken;

        public bool IsLow => _inHand < LeastBlock / 2;

        /// <summary>
        /// Twice what was taken since the last refill: work that is done again after every refill gets enough in the end.
        /// </summary>
        public int NextSize => Math.Clamp(2 * _taken, LeastBlock, LargestBlock);

        public long? Take()
        {
            if (_next == _end)
            {
                if (!_blocks.TryDequeue(out var block)) return null;
                (_next, _end) = block;
            }

            _inHand--;
            _taken++;
            return _next++;
        }

        public void Add(long first, int count)
        {
            _blocks.Enqueue((first, first + count));
            _inHand += count;
            _taken = 0;
        }
    }
}
