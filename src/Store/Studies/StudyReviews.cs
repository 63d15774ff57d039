using Npgsql;
using NpgsqlTypes;

namespace CloudPacs.Store.Studies;

/// <summary>Reads studies for persons who decide about them, with the orders that they are, or may be, of.</summary>
public sealed class StudyReviews(NpgsqlDataSource database)
{
    /// <summary>So many steps of the day are looked through for somebody with the same name.</summary>
    private const int MostNearby = 500;

    private const string Study =
        """
        SELECT s.id, s.study_instance_uid, s.state, s.patient_id, s.patient_id_value, s.patient_id_authority, s.sender, s.facility, s.flags,
            s.received_at, s.undecided, s.attributes, s.hold,
            ARRAY(SELECT DISTINCT modality FROM series WHERE study_id = s.id ORDER BY modality),
            (SELECT coalesce(sum(instances), 0) FROM series WHERE study_id = s.id),
            (SELECT hold FROM patient WHERE id = s.patient_id)
        FROM study s
        """;

    private const string Order =
        """
        p.id, (SELECT value FROM patient_identifier WHERE patient_id = p.id AND kind = 1 LIMIT 1),
            (SELECT authority FROM patient_identifier WHERE patient_id = p.id AND kind = 1 LIMIT 1), p.attributes,
            o.placer_value, o.placer_authority, o.filler_value, o.filler_authority, r.accession_value, r.accession_authority,
            r.requested_procedure_id, r.study_instance_uid
        """;

    /// <summary>The latest received ones first.</summary>
    /// <param name="onlyUndecided">Only those that wait for a person.</param>
    /// <param name="before">Received before the study of this row; null for the first page.</param>
    /// <param name="most">How many at the most.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public Task<IReadOnlyList<ReviewedStudy>> ListAsync(
        bool onlyUndecided, Guid? before, int most, CancellationToken cancellationToken) => ReadAsync(
        $"""
        {Study} WHERE ($1 IS NULL OR (s.received_at, s.id) < (SELECT received_at, id FROM study WHERE id = $1))
        {(onlyUndecided ? "AND s.undecided" : "")} ORDER BY s.received_at DESC, s.id DESC LIMIT $2
        """,
        cancellationToken, Id(before), new NpgsqlParameter<int> { TypedValue = most });

    public async Task<ReviewedStudy?> GetAsync(string studyInstanceUid, CancellationToken cancellationToken) =>
        await ReadAsync(
            $"{Study} WHERE s.study_instance_uid = $1", cancellationToken,
            new NpgsqlParameter<string> { TypedValue = studyInstanceUid }).ConfigureAwait(false) is [var only] ? only : null;

    /// <summary>How many wait for a person, and since when the oldest of them does.</summary>
    public async Task<(long Count, DateTimeOffset? Oldest)> CountUndecidedAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT count(*), min(received_at) FROM study WHERE undecided");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.Instant(1));
    }

    /// <summary>How many instances of a study are hidden, by why.</summary>
    public async Task<IReadOnlyList<(InstanceState State, Rejection? Rejection, long Count)>> ListHiddenAsync(
        Guid study, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT i.state, i.rejection, count(*) FROM series e JOIN instance i ON i.series_id = e.id
            WHERE e.study_id = $1 AND i.state <> 0 GROUP BY 1, 2 ORDER BY 1, 2
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = study });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<(InstanceState, Rejection?, long)>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            found.Add(((InstanceState)reader.GetInt16(0), reader.IsDBNull(1) ? null : (Rejection)reader.GetInt16(1), reader.GetInt64(2)));
        return found;
    }

    /// <summary>The orders that studies are linked with, or may be of, whatever was decided.</summary>
    public async Task<IReadOnlyList<ReviewedOrder>> ListLinkedAsync(IEnumerable<Guid> studies, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            SELECT l.study_id, r.id, {Order}, step.modality, step.start, l.rule, l.state, l.decided_by, l.decided_at, l.reason
            FROM study_link l JOIN requested_procedure r ON r.id = l.procedure_id JOIN imaging_order o ON o.id = r.order_id
                JOIN patient p ON p.id = o.patient_id
                LEFT JOIN LATERAL (SELECT modality, start FROM scheduled_procedure_step WHERE procedure_id = r.id ORDER BY start LIMIT 1)
                    step ON true
            WHERE l.study_id = ANY ($1) AND l.state <> 4 ORDER BY l.id
            """);
        command.Parameters.Add(Column.Uuids(studies));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<ReviewedOrder>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(ReadOrder(reader) with
            {
                Link = new ReviewedLink(
                    (LinkRule)reader.GetInt16(16), (LinkState)reader.GetInt16(17), reader.GetString(18), reader.Instant(19)!.Value,
                    reader.Text(20)),
            });
        }

        return found;
    }

    /// <summary>
    /// What was scheduled at that time for the patient, or for somebody else with the same modality as long as it is open; no links are
    /// looked at.
    /// </summary>
    public async Task<IReadOnlyList<ReviewedOrder>> ListNearbyAsync(
        ReviewedStudy study, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(study);
        await using var command = database.CreateCommand(
            $"""
            WITH near (id) AS (
                (SELECT s.id FROM imaging_order o JOIN requested_procedure r ON r.order_id = o.id
                    JOIN scheduled_procedure_step s ON s.procedure_id = r.id
                    WHERE o.patient_id = $2 AND s.start BETWEEN $3 AND $4 AND s.state <> 10 LIMIT {MostNearby})
                UNION (SELECT id FROM scheduled_procedure_step
                    WHERE state < 7 AND start BETWEEN $3 AND $4 AND modality = ANY ($5) LIMIT {MostNearby}))
            SELECT $1, r.id, {Order}, s.modality, s.start
            FROM scheduled_procedure_step s JOIN requested_procedure r ON r.id = s.procedure_id
                JOIN imaging_order o ON o.id = r.order_id JOIN patient p ON p.id = o.patient_id
            WHERE s.id = ANY (ARRAY(SELECT id FROM near)) AND NOT o.entered_in_error ORDER BY s.start, s.id
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = study.Id });
        command.Parameters.Add(Id(study.PatientId));
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = from.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = to.UtcDateTime });
        command.Parameters.Add(Column.Texts(study.Modalities));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<ReviewedOrder>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) found.Add(ReadOrder(reader));
        return found;
    }

    private async Task<IReadOnlyList<ReviewedStudy>> ReadAsync(
        string statement, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = database.CreateCommand(statement);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<ReviewedStudy>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(new ReviewedStudy(
                reader.GetGuid(0), reader.GetString(1), (StudyState)reader.GetInt16(2), reader.Uuid(3), reader.Identifier(4),
                reader.GetString(6), reader.Text(7), reader.GetFieldValue<string[]>(8), reader.Instant(9)!.Value, reader.GetBoolean(10),
                reader.Attributes(11), reader.GetFieldValue<string[]>(13), reader.GetInt64(14))
            { Hold = reader.Text(12), PatientHold = reader.Text(15) });
        }

        return found;
    }

    private static ReviewedOrder ReadOrder(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.Identifier(3), reader.Attributes(5), reader.Identifier(6),
        reader.Identifier(8), reader.Identifier(10)!.Value, reader.GetString(12), reader.GetString(13), reader.Text(14),
        reader.Instant(15));

    private static NpgsqlParameter Id(Guid? id) =>
        new() { Value = id is { } known ? known : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid };
}
