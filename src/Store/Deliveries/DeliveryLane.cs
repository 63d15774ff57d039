using Npgsql;

namespace CloudPacs.Store.Deliveries;

/// <summary>
/// The deliveries of one destination, held by this engine alone: of several engines on one database only one sends to a destination at a
/// time. The hold is a lock of a session, so that it ends with a connection that breaks.
/// </summary>
public sealed class DeliveryLane : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly string _destination;

    private DeliveryLane(NpgsqlConnection connection, string destination)
    {
        _connection = connection;
        _destination = destination;
    }

    /// <summary>Takes the lane; null when another engine has it.</summary>
    /// <exception cref="NpgsqlException">The database is away.</exception>
    public static async Task<DeliveryLane?> TryTakeAsync(
        NpgsqlDataSource database, string destination, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // A host that is gone holds its session, and with it the lane, no longer than a minute.
            await using var command = new NpgsqlCommand(
                """
                SELECT pg_try_advisory_lock($1) FROM (SELECT set_config('tcp_keepalives_idle', '30', false),
                    set_config('tcp_keepalives_interval', '10', false), set_config('tcp_keepalives_count', '3', false)) AS kept
                """, connection);
            var key = unchecked((long)StableHash.Of("delivery lane " + destination));
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = key });
            if ((bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!)
                return new DeliveryLane(connection, destination);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await connection.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>
    /// What may be sent now, oldest first: of each key only the first that is neither sent nor skipped. Nothing while the destination is
    /// paused.
    /// </summary>
    /// <param name="now">Of what waits for its next attempt, that whose time has come.</param>
    /// <param name="keysUnderWay">Nothing of these keys, whatever a person has decided about what is under way.</param>
    /// <param name="mayRepeat">Whether what was sent before may be among it.</param>
    /// <param name="limit">How many.</param>
    /// <param name="cancellationToken">Ends the statement.</param>
    public async Task<IReadOnlyList<long>> NextAsync(
        DateTimeOffset now, IReadOnlyList<string> keysUnderWay, bool mayRepeat, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT id FROM outbox AS next
            WHERE destination = $1 AND state = 0 AND (next_attempt_at IS NULL OR next_attempt_at <= $2)
                AND order_key <> ALL ($4) AND (next_attempt_at IS NULL OR $5)
                AND NOT EXISTS (SELECT 1 FROM outbox AS before WHERE before.destination = $1 AND before.order_key = next.order_key
                    AND before.id < next.id AND before.state IN (0, 2))
                AND NOT EXISTS (SELECT 1 FROM paused_destination WHERE name = $1)
            ORDER BY id LIMIT $3
            """, _connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _destination });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. keysUnderWay] });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = mayRepeat });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        List<long> ids = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) ids.Add(reader.GetInt64(0));
        return ids;
    }

    /// <summary>A delivery as it is now; null when it is no longer to be sent.</summary>
    public async Task<DeliveryRow?> TakeAsync(long id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            SELECT {DeliveryQueries.Columns}, payload, answer FROM outbox
            WHERE id = $1 AND state = 0 AND NOT EXISTS (SELECT 1 FROM paused_destination WHERE name = destination)
            """, _connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        return await DeliveryQueries.ReadAsync(command, hasBytes: true, cancellationToken).ConfigureAwait(false) is [var row] ? row : null;
    }

    /// <summary>
    /// Waits for something while only who holds the lane may send, and gives it up as soon as the hold is lost with its connection:
    /// another engine may have it then.
    /// </summary>
    /// <exception cref="NpgsqlException">The hold is lost; the wait was cancelled and has ended.</exception>
    public async Task WhileHeldAsync(Func<CancellationToken, Task> wait, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var hold = WatchAsync(watching.Token);
        var done = wait(waiting.Token);
        if (await Task.WhenAny(done, hold).ConfigureAwait(false) == hold) await waiting.CancelAsync().ConfigureAwait(false);
        await done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await watching.CancelAsync().ConfigureAwait(false);
        await hold.ConfigureAwait(false);
        await done.ConfigureAwait(false);
    }

    /// <summary>Ends when it is told to; nothing is ever sent on the connection that it listens to.</summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true) await _connection.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The wait is over.
        }
    }

    /// <summary>Writes down how an attempt ended; one that was corrected meanwhile is still to be sent.</summary>
    /// <param name="delivery">As it was sent.</param>
    /// <param name="state">What it is now.</param>
    /// <param name="now">When the attempt ended.</param>
    /// <param name="again">When it is tried again, of one that waits.</param>
    /// <param name="error">Why it was not accepted.</param>
    /// <param name="answer">What the destination said.</param>
    /// <param name="cancellationToken">Ends the statement.</param>
    public async Task EndAttemptAsync(
        DeliveryRow delivery, DeliveryState state, DateTimeOffset now, DateTimeOffset? again, string? error, ReadOnlyMemory<byte> answer,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE outbox SET state = $2, attempts = attempts + 1, next_attempt_at = $3, last_error = $4, answer = $5,
                sent_at = CASE WHEN $2 = 1 THEN $6 END
            WHERE id = $1 AND state = 0 AND payload = $7
            """, _connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = delivery.Id });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)state });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = again?.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = error });
        command.Parameters.Add(new NpgsqlParameter<byte[]?> { TypedValue = answer.IsEmpty ? null : answer.ToArray() });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = delivery.Payload.ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes down an attempt that found nobody there, and why: the delivery did not even leave.</summary>
    public async Task NoteAsync(long id, string error, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "UPDATE outbox SET attempts = attempts + 1, last_error = $2 WHERE id = $1 AND state = 0", _connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = error });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives the lock back with the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", _connection);
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // A connection that broke holds nothing; one that did not must not carry the lock into the pool.
            NpgsqlConnection.ClearPool(_connection);
        }

        await _connection.DisposeAsync().ConfigureAwait(false);
    }
}
