using Npgsql;

namespace CloudPacs.Store.Studies;

/// <summary>An instance whose bytes should be here.</summary>
/// <param name="Id">Row.</param>
/// <param name="StudyInstanceUid">Its study.</param>
/// <param name="SopInstanceUid">Its UID.</param>
/// <param name="State">Whether it is shown.</param>
/// <param name="Pack">The pack that holds its bytes.</param>
/// <param name="Offset">Where their record begins.</param>
/// <param name="Length">How many there are.</param>
public sealed record PlacedInstance(
    Guid Id, string StudyInstanceUid, string SopInstanceUid, InstanceState State, Guid Pack, long Offset, long Length);

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
                OR EXISTS (SELECT 1 FROM quarantined_instance WHERE pack = r.pack AND pack_offset = r.place AND state = 0)
            FROM unnest($1, $2) WITH ORDINALITY AS r (pack, place, number) ORDER BY number
            """);
        command.Parameters.Add(Column.Uuid(records, static record => record.Pack));
        command.Parameters.Add(Column.Int64(records, static record => record.Offset));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var named = new List<bool>(records.Count);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) named.Add(reader.GetBoolean(0));
        return named;
    }

    /// <summary>The instances whose bytes should be here, in the order of their rows, page by page.</summary>
    public Task<IReadOnlyList<PlacedInstance>> ListAsync(Guid after, int most, CancellationToken cancellationToken) => ReadAsync(
        "WHERE i.id > $1 AND i.archive IS NULL AND i.length > 0 ORDER BY i.id LIMIT $2", cancellationToken,
        new NpgsqlParameter<Guid> { TypedValue = after }, new NpgsqlParameter<int> { TypedValue = most });

    /// <summary>The instances that lie at these places.</summary>
    public Task<IReadOnlyList<PlacedInstance>> FindAsync(
        IReadOnlyList<(Guid Pack, long Offset)> records, CancellationToken cancellationToken) => ReadAsync(
        "JOIN unnest($1, $2) AS r (pack, place) ON i.pack = r.pack AND i.pack_offset = r.place", cancellationToken,
        Column.Uuid(records, static record => record.Pack), Column.Int64(records, static record => record.Offset));

    /// <summary>A record has another place; durable when it returns.</summary>
    /// <returns>False when no row names the old place any more.</returns>
    public async ValueTask<bool> MoveAsync(
        (Guid Pack, long Offset) from, (Guid Pack, long Offset) to, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            WITH shown AS (UPDATE instance SET pack = $3, pack_offset = $4 WHERE pack = $1 AND pack_offset = $2 RETURNING 1),
                aside AS (UPDATE quarantined_instance SET pack = $3, pack_offset = $4
                    WHERE pack = $1 AND pack_offset = $2 AND state = 0 RETURNING 1)
            SELECT EXISTS (SELECT 1 FROM shown) OR EXISTS (SELECT 1 FROM aside)
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = from.Pack });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from.Offset });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = to.Pack });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to.Offset });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    private async Task<IReadOnlyList<PlacedInstance>> ReadAsync(
        string which, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = database.CreateCommand(
            $"""
            SELECT i.id, s.study_instance_uid, i.sop_instance_uid, i.state, i.pack, i.pack_offset, i.length
            FROM instance i JOIN series e ON e.id = i.series_id JOIN study s ON s.id = e.study_id {which}
            """);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<PlacedInstance>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(new PlacedInstance(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), (InstanceState)reader.GetInt16(3), reader.GetGuid(4),
                reader.GetInt64(5), reader.GetInt64(6)));
        }

        return found;
    }
}
