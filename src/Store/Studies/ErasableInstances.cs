using Npgsql;
using NpgsqlTypes;

namespace CloudPacs.Store.Studies;

/// <summary>A study with what tells how long it has to be kept.</summary>
/// <param name="Id">Row.</param>
/// <param name="StudyInstanceUid">Its UID.</param>
/// <param name="Facility">Whose it is; null = of all.</param>
/// <param name="StudyDate">Its day.</param>
/// <param name="ReceivedAt">When its first instance came.</param>
/// <param name="Modalities">Of its series.</param>
public sealed record KeptStudy(
    Guid Id, string StudyInstanceUid, string? Facility, DateOnly? StudyDate, DateTimeOffset ReceivedAt, IReadOnlyList<string> Modalities);

/// <summary>Finds what may be deleted or erased as its time is over.</summary>
public sealed class ErasableInstances(NpgsqlDataSource database)
{
    /// <summary>Studies that are shown, not on hold, nor their patient, and were received before; the oldest first, page by page.</summary>
    /// <param name="receivedBefore">When they were received.</param>
    /// <param name="after">The last of the page before; null for the first page.</param>
    /// <param name="most">How many at the most.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<IReadOnlyList<KeptStudy>> ListStudiesAsync(
        DateTimeOffset receivedBefore, KeptStudy? after, int most, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT s.id, s.study_instance_uid, s.facility, s.study_date, s.received_at,
                ARRAY(SELECT DISTINCT modality FROM series WHERE study_id = s.id)
            FROM study s WHERE s.received_at < $1 AND s.state = 0 AND s.hold IS NULL
                AND NOT EXISTS (SELECT 1 FROM patient p WHERE p.id = s.patient_id AND p.hold IS NOT NULL)
                AND ($2 IS NULL OR (s.received_at, s.id) > ($2, $3))
            ORDER BY s.received_at, s.id LIMIT $4
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = receivedBefore.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = after is { } last ? last.ReceivedAt.UtcDateTime : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz,
        });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after?.Id ?? Guid.Empty });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<KeptStudy>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(new KeptStudy(
                reader.GetGuid(0), reader.GetString(1), reader.Text(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<DateOnly>(3),
                reader.Instant(4)!.Value, reader.GetFieldValue<string[]>(5)));
        }

        return found;
    }

    /// <summary>
    /// Studies of which instances were rejected before, whose bytes are still there, and that are not on hold, nor their patient.
    /// </summary>
    public async Task<IReadOnlyList<string>> ListRejectedAsync(
        DateTimeOffset rejectedBefore, int most, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT DISTINCT s.study_instance_uid FROM instance i JOIN series e ON e.id = i.series_id JOIN study s ON s.id = e.study_id
            WHERE i.rejected_at < $1 AND i.length > 0 AND i.archive IS NULL AND s.hold IS NULL
                AND NOT EXISTS (SELECT 1 FROM patient p WHERE p.id = s.patient_id AND p.hold IS NOT NULL)
            LIMIT $2
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = rejectedBefore.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) found.Add(reader.GetString(0));
        return found;
    }

    /// <summary>Forgets notes about instances that came, or have not come in time.</summary>
    public async Task ForgetAwaitedAsync(DateTimeOffset receivedBefore, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("DELETE FROM awaited_rejection WHERE received_at < $1");
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = receivedBefore.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
