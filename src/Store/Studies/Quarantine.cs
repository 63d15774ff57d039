using Npgsql;

namespace CloudPacs.Store.Studies;

/// <summary>What was received and is no instance that is shown.</summary>
/// <param name="Id">Row.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="Sender">Who sent it.</param>
/// <param name="SopInstanceUid">What it is called; null when that could not be read.</param>
/// <param name="Code">Of the problem.</param>
/// <param name="Reason">In words, without patient data.</param>
/// <param name="Pack">The pack that holds its bytes.</param>
/// <param name="Offset">Where their record begins.</param>
/// <param name="Length">How many there are.</param>
public sealed record QuarantinedInstance(
    Guid Id, DateTimeOffset ReceivedAt, string Sender, string? SopInstanceUid, string Code, string Reason, Guid Pack, long Offset,
    long Length);

/// <summary>Keeps the list of what was received and is not shown, for a person to look at.</summary>
public sealed class Quarantine(NpgsqlDataSource database)
{
    /// <summary>Durable when it returns.</summary>
    public async Task AddAsync(QuarantinedInstance instance, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        await using var command = database.CreateCommand(
            """
            INSERT INTO quarantined_instance (id, received_at, sender, sop_instance_uid, code, reason, pack, pack_offset, length)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = instance.Id });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = instance.ReceivedAt.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = instance.Sender });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = instance.SopInstanceUid });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = instance.Code });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = instance.Reason });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = instance.Pack });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = instance.Offset });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = instance.Length });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The newest ones.</summary>
    public async Task<IReadOnlyList<QuarantinedInstance>> ListAsync(int most, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT id, received_at, sender, sop_instance_uid, code, reason, pack, pack_offset, length FROM quarantined_instance
            ORDER BY received_at DESC, id DESC LIMIT $1
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<QuarantinedInstance>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(new QuarantinedInstance(
                reader.GetGuid(0), reader.Instant(1)!.Value, reader.GetString(2), reader.Text(3), reader.GetString(4), reader.GetString(5),
                reader.GetGuid(6), reader.GetInt64(7), reader.GetInt64(8)));
        }

        return found;
    }
}
