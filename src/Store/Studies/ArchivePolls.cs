using Npgsql;
using NpgsqlTypes;

namespace CloudPacs.Store.Studies;

/// <summary>How far an archive has been read.</summary>
/// <param name="ChangeNumber">Of its own list of changes, the last that was followed.</param>
/// <param name="WalkDay">Studies from this day on have been compared by the walk under way; null when none is.</param>
/// <param name="WalkedAt">When a walk last came to its end.</param>
/// <param name="AnsweredAt">When all that was asked was last answered.</param>
/// <param name="FailingSince">Since when it does not; null when it does.</param>
/// <param name="Fault">Why not.</param>
public sealed record ArchivePoll(
    long ChangeNumber, DateOnly? WalkDay, DateTimeOffset? WalkedAt, DateTimeOffset? AnsweredAt, DateTimeOffset? FailingSince,
    string? Fault);

/// <summary>Keeps how far archives have been read, so that each poll goes on where the last one ended.</summary>
public sealed class ArchivePolls(NpgsqlDataSource database)
{
    /// <summary>Who holds it polls the archive; of several engines one does. Given back when it is disposed, or its engine ends.</summary>
    /// <returns>Null when another one polls.</returns>
    public async Task<IAsyncDisposable?> TryTakeTurnAsync(string archive, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock($1)", connection);
            command.Parameters.Add(Lock(archive));
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true) return new Turn(connection, archive);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await connection.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    public async Task<ArchivePoll> ReadAsync(string archive, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "SELECT change_number, walk_day, walked_at, answered_at, failing_since, fault FROM archive_poll WHERE archive = $1");
        command.Parameters.Add(Text(archive));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new ArchivePoll(
                reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<DateOnly>(1), reader.Instant(2), reader.Instant(3),
                reader.Instant(4), reader.Text(5))
            : new ArchivePoll(0, null, null, null, null, null);
    }

    public Task SaveChangeNumberAsync(string archive, long number, CancellationToken cancellationToken) => RunAsync(
        """
        INSERT INTO archive_poll (archive, change_number) VALUES ($1, $2)
        ON CONFLICT (archive) DO UPDATE SET change_number = EXCLUDED.change_number
        """,
        cancellationToken, Text(archive), new NpgsqlParameter<long> { TypedValue = number });

    /// <param name="archive">Name of the archive.</param>
    /// <param name="day">From when on studies have been compared.</param>
    /// <param name="endedAt">When the walk came to its end with that; null when it goes on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task SaveWalkAsync(string archive, DateOnly day, DateTimeOffset? endedAt, CancellationToken cancellationToken) => RunAsync(
        """
        INSERT INTO archive_poll (archive, walk_day, walked_at) VALUES ($1, CASE WHEN $3 IS NULL THEN $2 END, $3)
        ON CONFLICT (archive) DO UPDATE SET walk_day = EXCLUDED.walk_day, walked_at = coalesce($3, archive_poll.walked_at)
        """,
        cancellationToken, Text(archive), new NpgsqlParameter<DateOnly> { TypedValue = day }, Time(endedAt));

    /// <param name="archive">Name of the archive.</param>
    /// <param name="now">Time.</param>
    /// <param name="fault">What kept it from answering; null when it did.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task SaveOutcomeAsync(string archive, DateTimeOffset now, string? fault, CancellationToken cancellationToken) => RunAsync(
        """
        INSERT INTO archive_poll (archive, answered_at, failing_since, fault)
        VALUES ($1, CASE WHEN $3 IS NULL THEN $2 END, CASE WHEN $3 IS NOT NULL THEN $2 END, $3)
        ON CONFLICT (archive) DO UPDATE SET answered_at = coalesce(EXCLUDED.answered_at, archive_poll.answered_at),
            failing_since = CASE WHEN $3 IS NOT NULL THEN coalesce(archive_poll.failing_since, $2) END, fault = $3
        """,
        cancellationToken, Text(archive), Time(now), new NpgsqlParameter<string?> { TypedValue = fault, NpgsqlDbType = NpgsqlDbType.Text });

    private async Task RunAsync(string statement, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = database.CreateCommand(statement);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlParameter<long> Lock(string archive) => new() { TypedValue = (long)StableHash.Of("poll:" + archive) };

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    private static NpgsqlParameter Time(DateTimeOffset? time) => new()
    {
        Value = time is { } known ? known.UtcDateTime : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz,
    };

    /// <summary>A session that holds the lock; one that is only given back to the pool would keep it.</summary>
    private sealed class Turn(NpgsqlConnection connection, string archive) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using (connection)
            {
                await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock($1)", connection);
                command.Parameters.Add(Lock(archive));
                await command.ExecuteScalarAsync().ConfigureAwait(false);
            }
        }
    }
}
