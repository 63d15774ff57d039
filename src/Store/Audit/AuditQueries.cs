using CloudPacs.Store.Patients;
using Npgsql;
using NpgsqlTypes;

namespace CloudPacs.Store.Audit;

/// <summary>Reads the audit trail.</summary>
public sealed class AuditQueries(NpgsqlDataSource database)
{
    /// <summary>The longest time that a search takes, in seconds.</summary>
    private const int TimeLimit = 10;

    /// <summary>All columns of the trail, as <see cref="Read"/> takes them.</summary>
    internal const string Columns = "id, at, action, outcome, actor, source, patient_id, message_id, entity, detail, resources";

    /// <summary>What a message did, to which rows, and with the first act which versions of resources it wrote; in order.</summary>
    /// <param name="messageId">Its id in the journal.</param>
    /// <param name="receivedAt">When it was received; its acts are noted under the same time.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<AuditRow>> ActsOfAsync(
        Guid messageId, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            SELECT {Columns}
            FROM audit_event WHERE at = $1 AND message_id = $2 AND entity IS NOT NULL ORDER BY id
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = receivedAt.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = messageId });
        return await ReadAllAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What was done to a study, the latest first.</summary>
    /// <param name="study">Its row.</param>
    /// <param name="most">How many acts at the most.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<AuditRow>> ActsOnStudyAsync(Guid study, int most, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            SELECT {Columns}
            FROM audit_event WHERE entity = $1 AND action LIKE 'study.%' ORDER BY at DESC, id DESC LIMIT $2
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = study.ToString() });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        return await ReadAllAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The merges, moves and changes of identifiers that a message asked for.</summary>
    /// <param name="messageId">Its id in the journal.</param>
    /// <param name="patients">The patients whom its acts were about.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<MergeLogRow>> MergesOfAsync(
        Guid messageId, IEnumerable<Guid> patients, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT id, kind, at, prior_patient_id, surviving_patient_id, before, after
            FROM merge_log WHERE surviving_patient_id = ANY ($1) AND message_id = $2 ORDER BY id
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. patients] });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = messageId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var merges = new List<MergeLogRow>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            merges.Add(new MergeLogRow(reader.GetGuid(0))
            {
                Kind = reader.GetString(1),
                At = reader.GetFieldValue<DateTimeOffset>(2),
                PriorPatientId = reader.GetGuid(3),
                SurvivingPatientId = reader.GetGuid(4),
                MessageId = messageId,
                Before = reader.GetFieldValue<byte[]>(5),
                After = reader.GetFieldValue<byte[]>(6),
            });
        }

        return merges;
    }

    /// <summary>Entries of the trail, the latest first.</summary>
    /// <exception cref="NpgsqlException">The database is away, or it took too long.</exception>
    public async Task<IReadOnlyList<AuditRow>> ListAsync(AuditFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var command = database.CreateCommand();
        command.CommandTimeout = TimeLimit;
        var conditions = new List<string> { "true" };
        string Value<T>(T value)
        {
            command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
            return $"${command.Parameters.Count}";
        }

        if (filter.From is { } from) conditions.Add($"at >= {Value(from.ToUniversalTime())}");
        if (filter.To is { } to) conditions.Add($"at <= {Value(to.ToUniversalTime())}");
        if (filter.PatientId is { } patient) conditions.Add($"patient_id = {Value(patient)}");
        if (filter.Before is var (time, row)) conditions.Add($"(at, id) < ({Value(time.ToUniversalTime())}, {Value(row)})");
        if (filter.Patients is { } patients) conditions.Add($"patient_id = ANY ({Value(patients.ToArray())})");
        if (filter.Actor is { } actor) conditions.Add($"actor = {Value(actor)}");
        if (filter.Action is { } action) conditions.Add($"action = {Value(action)}");
        if (filter.Resource is var (type, id))
        {
            var name = $"{type}/{id}";
            conditions.Add(
                $"""
                (entity IN ({Value(id)}, {Value(name)}) OR strpos(' ' || resources, {Value($" {name}/")}) > 0
                    OR patient_id::text = {Value(id)})
                """);
        }

        command.CommandText =
            $"""
            SELECT {Columns}
            FROM audit_event WHERE {string.Join(" AND ", conditions)}
            ORDER BY at DESC, id DESC LIMIT {Value(filter.Count)} OFFSET {Value(filter.Skip)}
            """;
        return await ReadAllAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The patients that a text names: by the id of a row, or by an identifier; with those that were merged into them.</summary>
    public async Task<IReadOnlyList<Guid>> PatientsAsync(string text, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            WITH RECURSIVE named AS (
                SELECT $1 AS id WHERE $1 IS NOT NULL
                UNION SELECT patient_id FROM patient_identifier WHERE value = $2
                UNION SELECT patient.id FROM named JOIN patient ON patient.merged_into = named.id
            ) SELECT id FROM named
            """);
        Guid? named = Guid.TryParse(text, out var id) ? id : null;
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = named, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var patients = new List<Guid>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) patients.Add(reader.GetGuid(0));
        return patients;
    }

    /// <summary>Who did what with patients, from where, and how often; the latest first.</summary>
    public async Task<IReadOnlyList<AuditSummary>> SummaryAsync(
        IReadOnlyList<Guid> patients, DateTimeOffset? from, DateTimeOffset? to, int most, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT actor, source, action, count(*), min(at), max(at) FROM audit_event
            WHERE patient_id = ANY ($1) AND at >= $2 AND at <= $3 GROUP BY actor, source, action ORDER BY max(at) DESC LIMIT $4
            """);
        command.CommandTimeout = TimeLimit;
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. patients] });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = (from ?? DateTimeOffset.MinValue).ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = (to ?? DateTimeOffset.MaxValue).ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<AuditSummary>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(new AuditSummary(
                reader.GetString(0), reader.Text(1), reader.GetString(2), reader.GetInt64(3), reader.GetFieldValue<DateTimeOffset>(4),
                reader.GetFieldValue<DateTimeOffset>(5)));
        }

        return found;
    }

    private static async Task<IReadOnlyList<AuditRow>> ReadAllAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var acts = new List<AuditRow>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) acts.Add(Read(reader));
        return acts;
    }

    internal static AuditRow Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetGuid(0),
        At = reader.GetFieldValue<DateTimeOffset>(1),
        Action = reader.GetString(2),
        Outcome = (AuditOutcome)reader.GetInt16(3),
        Actor = reader.GetString(4),
        Source = reader.Text(5),
        PatientId = reader.Uuid(6),
        MessageId = reader.Uuid(7),
        Entity = reader.Text(8),
        Detail = reader.Text(9),
        Resources = reader.Text(10),
    };
}
