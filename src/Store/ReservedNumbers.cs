using System.Globalization;
using Npgsql;

namespace CloudPacs.Store;

/// <summary>Numbers from blocks reserved in the database, so that several engines never give the same; thread-safe.</summary>
public sealed class ReservedNumbers(NpgsqlDataSource database) : INumberSource
{
    private const int BlockSize = 1000;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Next, long End)> _blocks = new(StringComparer.Ordinal);

    public string Next(string sequence)
    {
        lock (_gate)
        {
            if (!_blocks.TryGetValue(sequence, out var block) || block.Next == block.End) block = ReserveBlock(sequence);
            _blocks[sequence] = (block.Next + 1, block.End);
            return block.Next.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Once in a thousand numbers, on a connection and transaction of its own, without awaiting: the domain code that asks is pure.</summary>
    private (long Next, long End) ReserveBlock(string sequence)
    {
        using var command = database.CreateCommand(
            """
            INSERT INTO number_sequence (name, next_value) VALUES ($1, 1 + $2)
            ON CONFLICT (name) DO UPDATE SET next_value = number_sequence.next_value + $2
            RETURNING next_value
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sequence });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = BlockSize });
        var end = (long)command.ExecuteScalar()!;
        return (end - BlockSize, end);
    }
}
