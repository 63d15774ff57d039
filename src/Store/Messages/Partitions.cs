using System.Globalization;
using Npgsql;

namespace CloudPacs.Store.Messages;

/// <summary>
/// The monthly partitions of the journal and the audit trail. They are made ahead of time; rows of a month without one go to the default
/// partition and are moved when it is made. Retention drops whole months.
/// </summary>
public sealed class Partitions(NpgsqlDataSource database, TimeProvider clock)
{
    private const long Lock = 0x506172746974696F; // one engine at a time
    private static readonly (string Table, string Column)[] Tables = [("message_journal", "received_at"), ("audit_event", "at")];

    /// <summary>
    /// Makes the partitions from the last month to <paramref name="monthsAhead"/> months ahead, as far as they are missing.
    /// </summary>
    /// <returns>Names of the partitions made.</returns>
    public async Task<IReadOnlyList<string>> EnsureAsync(int monthsAhead, CancellationToken cancellationToken)
    {
        var made = new List<string>();
        var now = clock.GetUtcNow();
        var first = new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (table, column) in Tables)
        {
            for (var month = -1; month <= monthsAhead; month++)
            {
                var name = await EnsureAsync(connection, table, column, first.AddMonths(month), cancellationToken).ConfigureAwait(false);
                if (name is not null) made.Add(name);
            }
        }

        return made;
    }

    /// <summary>
    /// Drops the partitions of <paramref name="table"/> (message_journal or audit_event) whose months ended before
    /// <paramref name="oldest"/>.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="oldest">What is not older stays.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="note">Tells of a month, by its beginning, in the transaction that drops it; called before it is dropped.</param>
    /// <returns>Names of the partitions dropped.</returns>
    public async Task<IReadOnlyList<string>> DropBeforeAsync(
        string table, DateTimeOffset oldest, CancellationToken cancellationToken,
        Func<NpgsqlTransaction, DateTimeOffset, CancellationToken, Task>? note = null)
    {
        if (!Array.Exists(Tables, known => known.Table == table)) throw new ArgumentException($"{table} has no partitions.", nameof(table));
        var dropped = new List<string>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        foreach (var name in await ListAsync(connection, table, cancellationToken).ConfigureAwait(false))
        {
            const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            if (!DateTime.TryParseExact(name[^7..], "yyyy_MM", CultureInfo.InvariantCulture, Utc, out var month)) continue;
            if (month.AddMonths(1) > oldest.UtcDateTime) continue;
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            if (note is not null) await note(transaction, month, cancellationToken).ConfigureAwait(false);
            await using var drop = new NpgsqlCommand($"DROP TABLE IF EXISTS {name}", connection, transaction);
            await drop.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            dropped.Add(name);
        }

        return dropped;
    }

    private static async Task<List<string>> ListAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass ORDER BY 1",
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table });
        var names = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) names.Add(reader.GetString(0));
        return names;
    }

    private static async Task<string?> EnsureAsync(
        NpgsqlConnection connection, string table, string column, DateTime month, CancellationToken cancellationToken)
    {
        var name = $"{table}_{month.ToString("yyyy_MM", CultureInfo.InvariantCulture)}";
        var from = month.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var to = month.AddMonths(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var exists = new NpgsqlCommand(
            "SELECT to_regclass($2) IS NOT NULL FROM pg_advisory_xact_lock($1)", connection, transaction);
        exists.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Lock });
        exists.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        if ((bool)(await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!) return null;

        // Rows of the month that are in the default partition move into the new one before it is attached; bounds are in UTC.
        await using var make = new NpgsqlCommand(
            $"""
            SET LOCAL TimeZone = 'UTC';
            CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING STORAGE);
            LOCK TABLE {table}_default IN ACCESS EXCLUSIVE MODE;
            WITH moved AS (DELETE FROM {table}_default WHERE {column} >= '{from}' AND {column} < '{to}' RETURNING *)
            INSERT INTO {name} SELECT * FROM moved;
            ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{from}') TO ('{to}');
            """,
            connection,
            transaction);
        await make.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return name;
    }
}
