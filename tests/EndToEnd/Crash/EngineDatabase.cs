using CloudPacs.EndToEnd.Tests.Engines;
using Npgsql;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>Looks into the database of running engines, past them.</summary>
internal sealed class EngineDatabase(string connectionString) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");

    /// <summary>That of an engine.</summary>
    public EngineDatabase(TestedEngine engine)
        : this(engine.Database)
    {
    }

    public async Task<long> CountAsync(string fromWhere)
    {
        await using var command = _source.CreateCommand($"SELECT count(*) FROM {fromWhere}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = _source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }

    /// <summary>Every step with the numbers of its order; starts in the zone of the site.</summary>
    public Task<List<StoredStep>> StepsAsync() => ListAsync(
        """
        SELECT o.placer_value, p.accession_value, p.study_instance_uid, s.step_id, to_char(s.start AT TIME ZONE 'Asia/Kolkata', 'YYYYMMDDHH24MISS'), s.state < 7
        FROM imaging_order o
        JOIN requested_procedure p ON p.order_id = o.id
        JOIN scheduled_procedure_step s ON s.procedure_id = p.id
        """,
        static row => new StoredStep(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetBoolean(5)));

    /// <summary>Control ids of all applied messages, in the order of their receipt.</summary>
    public Task<List<string>> AppliedAsync() =>
        ListAsync("SELECT control_id FROM message_journal WHERE status = 0 ORDER BY received_at, id", static row => row.GetString(0));

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}

/// <summary>A step in the database.</summary>
internal sealed record StoredStep(string Placer, string Accession, string StudyUid, string StepId, string Start, bool IsOpen);
