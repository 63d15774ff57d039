using Npgsql;

namespace CloudPacs.Store.Studies;

/// <summary>Where the bytes of instances lie, as the rows know it: what is needed of a pack, and what was moved.</summary>
public sealed class InstancePlaces(NpgsqlDataSource database)
{
    /// <summary>Where the last record of a pack begins that a row names; -1 when none does.</summary>
    public async ValueTask<long> LastOffsetAsync(Guid pack, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT greatest(
                (SELECT pack_offset FROM instance WHERE pack = $1 ORDER BY pack_offset DESC LIMIT 1),
                (SELECT pack_offset FROM quarantined_instance WHERE pack = $1 ORDER BY pack_offset DESC LIMIT 1))
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = pack });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is long offset ? offset : -1;
    }

    /// <summary>Which of these records a row names.</summary>
    /// <returns>One answer a record, in their order.</returns>
    public async ValueTask<IReadOnlyList<bool>> AreNamedAsync(
        IReadOnlyList<(Guid Pack, long Offset)> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        await using var command = database.CreateCommand(
            """
            SELECT EXISTS (SELECT 1 FROM instance WHERE pack = r.pack AND pack_offset = r.place)
                OR EXISTS (SELECT 1 FROM quarantined_instance WHERE pack = r.pack AND pack_offset = r.place)
            FROM unnest($1, $2) WITH ORDINALITY AS r (pack, place, number) ORDER BY number
            """);
        command.Parameters.Add(Column.Uuid(records, static record => record.Pack));
        command.Parameters.Add(Column.Int64(records, static record => record.Offset));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var named = new List<bool>(records.Count);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) named.Add(reader.GetBoolean(0));
        return named;
    }

    /// <summary>A record has another place; durable when it returns.</summary>
    /// <returns>False when no row names the old place any more.</returns>
    public async ValueTask<bool> MoveAsync(
        (Guid Pack, long Offset) from, (Guid Pack, long Offset) to, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            WITH shown AS (UPDATE instance SET pack = $3, pack_offset = $4 WHERE pack = $1 AND pack_offset = $2 RETURNING 1),
                aside AS (UPDATE quarantined_instance SET pack = $3, pack_offset = $4 WHERE pack = $1 AND pack_offset = $2 RETURNING 1)
            SELECT EXISTS (SELECT 1 FROM shown) OR EXISTS (SELECT 1 FROM aside)
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = from.Pack });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from.Offset });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = to.Pack });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to.Offset });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }
}
