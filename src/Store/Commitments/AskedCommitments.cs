using CloudPacs.Store.Deliveries;
using Npgsql;

namespace CloudPacs.Store.Commitments;

/// <summary>What has become of a commitment that we have asked for; the numbers are those of the column.</summary>
public enum AskedState : short
{
    /// <summary>Its report has not come.</summary>
    Open = 0,

    /// <summary>The archive has committed to all instances.</summary>
    Committed = 1,

    /// <summary>It has not committed to all of them.</summary>
    Failed = 2,

    /// <summary>Its delivery was made again, and asks under another Transaction UID.</summary>
    Superseded = 3,

    /// <summary>No report came in time.</summary>
    Overdue = 4,
}

/// <summary>A commitment that we ask an archive for.</summary>
public sealed record AskedCommitment
{
    public required string TransactionUid { get; init; }

    /// <summary>The delivery that has sent the instances.</summary>
    public required long DeliveryId { get; init; }

    /// <summary>AE title of the archive.</summary>
    public required string Destination { get; init; }

    public required string StudyInstanceUid { get; init; }

    /// <summary>What is not committed to is sent once more; else it waits for a person.</summary>
    public required bool MayRepeat { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    public AskedState State { get; init; }

    public required IReadOnlyList<InstanceReference> Instances { get; init; }
}

/// <summary>Keeps what we ask archives to commit to until they report.</summary>
public sealed class AskedCommitments(NpgsqlDataSource database)
{
    private const string Columns =
        "transaction_uid, delivery_id, destination, study_instance_uid, may_repeat, asked_at, state, sop_classes, sop_instances";

    /// <summary>Durable before it is asked; what the same delivery asked before is superseded.</summary>
    public async Task AddAsync(AskedCommitment asked, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(asked);
        await using var command = database.CreateCommand(
            $"""
            WITH before AS (UPDATE asked_commitment SET state = 3, answered_at = $6 WHERE delivery_id = $2 AND state = 0)
            INSERT INTO asked_commitment ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8)
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = asked.TransactionUid });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = asked.DeliveryId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = asked.Destination });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = asked.StudyInstanceUid });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = asked.MayRepeat });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = asked.AskedAt.UtcDateTime });
        command.Parameters.Add(Column.Texts(asked.Instances.Select(static one => one.SopClassUid)));
        command.Parameters.Add(Column.Texts(asked.Instances.Select(static one => one.SopInstanceUid)));
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null when nothing was asked under this UID, or it is forgotten.</summary>
    public async Task<AskedCommitment?> FindAsync(string transactionUid, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM asked_commitment WHERE transaction_uid = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = transactionUid });
        return await ReadAsync(command, cancellationToken).ConfigureAwait(false) is [var found] ? found : null;
    }

    /// <summary>What was asked before and is not reported, oldest first.</summary>
    public async Task<IReadOnlyList<AskedCommitment>> ListOverdueAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"SELECT {Columns} FROM asked_commitment WHERE state = 0 AND asked_at <= $1 ORDER BY asked_at LIMIT 50");
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = before.UtcDateTime });
        return await ReadAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes down what became of it, with the delivery that follows; nothing when that is known already.</summary>
    /// <param name="transactionUid">Of what was asked.</param>
    /// <param name="state">What became of it.</param>
    /// <param name="failed">To how many instances there is no commitment.</param>
    /// <param name="next">By which they are sent again; null for nothing.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    /// <returns>False when it was known.</returns>
    public async Task<bool> EndAsync(
        string transactionUid, AskedState state, int failed, DeliveryRow? next, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(
            """
            UPDATE asked_commitment SET state = $2, failed = $3, answered_at = $4
            WHERE transaction_uid = $1 AND (state = 0 OR (state = 4 AND $2 = 1))
            """, connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = transactionUid });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)state });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = failed });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        if (await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 0) return false;
        if (next is not null) await StudyNewsQueue.InsertAsync(next, connection, transaction, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Forgets what ended before.</summary>
    public async Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("DELETE FROM asked_commitment WHERE answered_at < $1");
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = before.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<List<AskedCommitment>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<AskedCommitment>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var (classes, instances) = (reader.GetFieldValue<string[]>(7), reader.GetFieldValue<string[]>(8));
            found.Add(new AskedCommitment
            {
                TransactionUid = reader.GetString(0),
                DeliveryId = reader.GetInt64(1),
                Destination = reader.GetString(2),
                StudyInstanceUid = reader.GetString(3),
                MayRepeat = reader.GetBoolean(4),
                AskedAt = reader.Instant(5)!.Value,
                State = (AskedState)reader.GetInt16(6),
                Instances = [.. classes.Zip(instances, static (sopClass, uid) => new InstanceReference(sopClass, uid))],
            });
        }

        return found;
    }
}
