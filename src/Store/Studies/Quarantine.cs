using Npgsql;
using NpgsqlTypes;

namespace CloudPacs.Store.Studies;

/// <summary>Keeps the list of what was received and is not shown, for a person to look at.</summary>
public sealed class Quarantine(NpgsqlDataSource database)
{
    internal const string Columns =
        "id, received_at, sender, sop_instance_uid, code, reason, pack, pack_offset, length, state, decided_by, decided_at, decision, "
        + "facility";

    /// <summary>Durable when it returns.</summary>
    public async Task AddAsync(QuarantinedRow instance, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        await using var command = database.CreateCommand(
            """
            INSERT INTO quarantined_instance (id, received_at, sender, sop_instance_uid, code, reason, pack, pack_offset, length, facility)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = instance.Id });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = instance.ReceivedAt.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Column.Storable(instance.Sender) });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = Column.Storable(instance.SopInstanceUid) });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = instance.Code });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Column.Storable(instance.Reason) });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = instance.Pack });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = instance.Offset });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = instance.Length });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = instance.Facility });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The newest ones first.</summary>
    /// <param name="state">Those that were decided so, or wait; null for all.</param>
    /// <param name="before">Received before this one; null for the first page.</param>
    /// <param name="most">How many at the most.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<IReadOnlyList<QuarantinedRow>> ListAsync(
        QuarantineState? state, Guid? before, int most, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            SELECT {Columns} FROM quarantined_instance
            WHERE ($1 IS NULL OR (received_at, id) < (SELECT received_at, id FROM quarantined_instance WHERE id = $1))
            {(state is { } known ? $"AND state = {(short)known}" : "")} ORDER BY received_at DESC, id DESC LIMIT $2
            """);
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = before is { } id ? id : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid,
        });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        return await ReadAllAsync(command, cancellationToken).ConfigureAwait(false);
    }

    public async Task<QuarantinedRow?> GetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM quarantined_instance WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return await ReadAllAsync(command, cancellationToken).ConfigureAwait(false) is [var only] ? only : null;
    }

    /// <summary>How many wait for a person, and how many bytes they have.</summary>
    public async Task<(long Count, long Bytes)> CountHeldAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "SELECT count(*), coalesce(sum(length), 0)::bigint FROM quarantined_instance WHERE state = 0");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>Where the bytes are of the instance that is stored under a name; null when there is none here.</summary>
    public async Task<InstanceBytes?> FindStoredAsync(string sopInstanceUid, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT pack, pack_offset, length, data_set_offset, header_length FROM instance
            WHERE sop_instance_uid = $1 AND archive IS NULL AND length > 0
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sopInstanceUid });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new InstanceBytes(
                reader.GetGuid(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt32(3), reader.GetInt32(4), default, default,
                default)
            : null;
    }

    internal static QuarantinedRow Read(NpgsqlDataReader reader) => new(reader.GetGuid(0))
    {
        ReceivedAt = reader.Instant(1)!.Value,
        Sender = reader.GetString(2),
        SopInstanceUid = reader.Text(3),
        Code = reader.GetString(4),
        Reason = reader.GetString(5),
        Pack = reader.GetGuid(6),
        Offset = reader.GetInt64(7),
        Length = reader.GetInt64(8),
        QuarantineState = (QuarantineState)reader.GetInt16(9),
        DecidedBy = reader.Text(10),
        DecidedAt = reader.Instant(11),
        Decision = reader.Text(12),
        Facility = reader.Text(13),
    };

    private static async Task<IReadOnlyList<QuarantinedRow>> ReadAllAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<QuarantinedRow>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) found.Add(Read(reader));
        return found;
    }
}
