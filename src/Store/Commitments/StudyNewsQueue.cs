using CloudPacs.Store.Deliveries;
using CloudPacs.Store.Studies;
using Npgsql;

namespace CloudPacs.Store.Commitments;

/// <summary>A study of which a destination is to get something.</summary>
public readonly record struct ToldStudy(string Destination, string StudyInstanceUid);

/// <summary>Turns what is to be told of stored instances into deliveries: several instances of a study into one.</summary>
public sealed class StudyNewsQueue(NpgsqlDataSource database)
{
    /// <summary>Most instances of one delivery.</summary>
    public const int MostInstances = 500;

    /// <summary>Studies of which there is enough: nothing new has come for a while, or the oldest waits for long, or many wait.</summary>
    /// <param name="kind">What of them.</param>
    /// <param name="quietSince">The newest instance came before that.</param>
    /// <param name="waitingSince">The oldest one came before that.</param>
    /// <param name="cancellationToken">Ends the statement.</param>
    public async Task<IReadOnlyList<ToldStudy>> ListAsync(
        StudyNewsKind kind, DateTimeOffset quietSince, DateTimeOffset waitingSince, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT destination, study_instance_uid FROM study_news WHERE kind = $1 GROUP BY destination, study_instance_uid
            HAVING max(at) <= $2 OR min(at) <= $3 OR ($1 = 0 AND count(*) >= $4) ORDER BY min(id) LIMIT 200
            """);
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)kind });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = quietSince.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = waitingSince.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostInstances });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<ToldStudy>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) found.Add(new(reader.GetString(0), reader.GetString(1)));
        return found;
    }

    /// <summary>Puts the oldest instances of a study together: out of the queue and into the outbox in one transaction.</summary>
    /// <param name="study">The study, and who gets it.</param>
    /// <param name="kind">What of it.</param>
    /// <param name="all">All of them; else as many as one delivery holds.</param>
    /// <param name="make">Makes the deliveries of them, in the order in which they came.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    public async Task TakeAsync(
        ToldStudy study, StudyNewsKind kind, bool all, Func<IReadOnlyList<InstanceReference>, Task<IReadOnlyList<DeliveryRow>>> make,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(make);
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var taken = await DequeueAsync(study, kind, all, connection, transaction, cancellationToken).ConfigureAwait(false);
        if (taken.Count == 0) return;
        foreach (var row in await make(taken).ConfigureAwait(false))
            await InsertAsync(row, connection, transaction, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    internal static async Task InsertAsync(
        DeliveryRow row, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO outbox (destination, order_key, kind, event, control_id, payload, created_at, state, last_error)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """, connection, transaction);
        foreach (var text in (ReadOnlySpan<string>)[row.Destination, row.OrderKey, row.Kind, row.Event, row.ControlId])
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = row.Payload.ToArray() });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = row.CreatedAt.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)row.State });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = row.LastError });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    // Of several engines one gets them; another one goes on with the next.
    private static async Task<List<InstanceReference>> DequeueAsync(
        ToldStudy study, StudyNewsKind kind, bool all, NpgsqlConnection connection, NpgsqlTransaction transaction,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH taken AS (
                DELETE FROM study_news WHERE id = ANY (ARRAY(
                    SELECT id FROM study_news WHERE kind = $1 AND destination = $2 AND study_instance_uid = $3 ORDER BY id LIMIT $4
                    FOR UPDATE SKIP LOCKED))
                RETURNING id, sop_class_uid, sop_instance_uid)
            SELECT sop_class_uid, sop_instance_uid FROM taken ORDER BY id
            """, connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)kind });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = study.Destination });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = study.StudyInstanceUid });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = all ? int.MaxValue : MostInstances });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var taken = new List<InstanceReference>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) taken.Add(new(reader.GetString(0), reader.GetString(1)));
        return taken;
    }
}
