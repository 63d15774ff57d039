using Npgsql;

namespace CloudPacs.Store.Deliveries;

/// <summary>Deliveries as people look at them and decide about them.</summary>
public sealed class DeliveryQueries(NpgsqlDataSource database)
{
    internal const string Columns =
        "id, destination, order_key, kind, event, control_id, created_at, state, attempts, next_attempt_at, sent_at, last_error";

    /// <summary>A page, newest first, without their bytes.</summary>
    /// <param name="destination">Of one destination; null = of all.</param>
    /// <param name="state">In one state; null = in any.</param>
    /// <param name="before">Older than this id; null = from the newest.</param>
    /// <param name="limit">How many.</param>
    /// <param name="cancellationToken">Ends the statement.</param>
    public async Task<IReadOnlyList<DeliveryRow>> ListAsync(
        string? destination, DeliveryState? state, long? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            SELECT {Columns} FROM outbox
            WHERE ($1::text IS NULL OR destination = $1) AND ($2::smallint IS NULL OR state = $2) AND ($3::bigint IS NULL OR id < $3)
            ORDER BY id DESC LIMIT $4
            """);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = destination });
        command.Parameters.Add(new NpgsqlParameter<short?> { TypedValue = (short?)state });
        command.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await ReadAsync(command, hasBytes: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One with its bytes.</summary>
    public async Task<DeliveryRow?> GetAsync(long id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"SELECT {Columns}, payload, answer FROM outbox WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        return await ReadAsync(command, hasBytes: true, cancellationToken).ConfigureAwait(false) is [var found] ? found : null;
    }

    /// <summary>
    /// A delivery that was refused, or that waits for its next attempt, is sent as soon as it can be; with other content when it was
    /// corrected. False when it is in no such state.
    /// </summary>
    public async Task<bool> RetryAsync(long id, ReadOnlyMemory<byte>? corrected, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            UPDATE outbox SET state = 0, next_attempt_at = NULL, payload = coalesce($2, payload) WHERE id = $1 AND state IN (0, 2, 3)
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<byte[]?> { TypedValue = corrected?.ToArray() });
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <summary>It is not sent, and what follows of its key goes on. False when it was sent or skipped already.</summary>
    public async Task<bool> SkipAsync(long id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("UPDATE outbox SET state = 3, sent_at = now() WHERE id = $1 AND state IN (0, 2)");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }

    public async Task PauseAsync(string destination, bool isPaused, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(isPaused
            ? "INSERT INTO paused_destination (name, since) VALUES ($1, now()) ON CONFLICT DO NOTHING"
            : "DELETE FROM paused_destination WHERE name = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = destination });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How each destination stands that something waits or is parked for.</summary>
    public async Task<IReadOnlyList<DestinationStatus>> StatusAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            WITH waiting AS (SELECT destination, count(*) AS number, min(id) AS first FROM outbox WHERE state = 0 GROUP BY destination),
                parked AS (SELECT destination, count(*) AS number, min(id) AS first FROM outbox WHERE state = 2 GROUP BY destination),
                failed AS (SELECT destination, min(id) AS first FROM outbox WHERE state IN (0, 2) AND last_error IS NOT NULL
                    GROUP BY destination)
            SELECT stand.destination, coalesce(waiting, 0), coalesce(parked, 0), oldest.created_at, since IS NOT NULL, troubled.last_error
            FROM (
                SELECT destination, waiting.number AS waiting, parked.number AS parked, least(waiting.first, parked.first) AS first, since,
                    failed.first AS failed
                FROM waiting FULL JOIN parked USING (destination)
                    FULL JOIN (SELECT name AS destination, since FROM paused_destination) AS paused USING (destination)
                    LEFT JOIN failed USING (destination)) AS stand
                LEFT JOIN outbox AS oldest ON oldest.id = stand.first
                LEFT JOIN outbox AS troubled ON troubled.id = stand.failed
            ORDER BY 1
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        List<DestinationStatus> all = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            all.Add(new(
                reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.Instant(3), reader.GetBoolean(4), reader.Text(5)));
        }

        return all;
    }

    internal static async Task<IReadOnlyList<DeliveryRow>> ReadAsync(
        NpgsqlCommand command, bool hasBytes, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        List<DeliveryRow> rows = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) rows.Add(new DeliveryRow
        {
            Id = reader.GetInt64(0),
            Destination = reader.GetString(1),
            OrderKey = reader.GetString(2),
            Kind = reader.GetString(3),
            Event = reader.GetString(4),
            ControlId = reader.GetString(5),
            CreatedAt = reader.GetFieldValue<DateTimeOffset>(6),
            State = (DeliveryState)reader.GetInt16(7),
            Attempts = reader.GetInt32(8),
            NextAttemptAt = reader.Instant(9),
            SentAt = reader.Instant(10),
            LastError = reader.Text(11),
            Payload = hasBytes ? reader.Bytes(12) : default(ReadOnlyMemory<byte>),
            Answer = hasBytes ? reader.Bytes(13) : default(ReadOnlyMemory<byte>),
        });
        return rows;
    }
}

/// <summary>How a destination stands.</summary>
/// <param name="Name">Of the destination.</param>
/// <param name="Waiting">Deliveries that wait.</param>
/// <param name="Parked">Deliveries that were refused.</param>
/// <param name="Oldest">When the oldest of both was made.</param>
/// <param name="IsPaused">A person has stopped it.</param>
/// <param name="LastError">Why the oldest of them that was tried did not arrive.</param>
public sealed record DestinationStatus(
    string Name, long Waiting, long Parked, DateTimeOffset? Oldest, bool IsPaused, string? LastError);
