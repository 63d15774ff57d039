using Npgsql;

namespace CloudPacs.Store.Studies;

/// <summary>What an archive listed of a study when it was read last.</summary>
/// <param name="Instances">How many instances.</param>
/// <param name="IsMissing">It is not listed any more.</param>
public sealed record ArchiveStudy(int Instances, bool IsMissing);

/// <summary>The studies of other archives as they were read last, and the instances whose bytes are there.</summary>
public sealed class ArchiveStudies(NpgsqlDataSource database)
{
    /// <summary>The studies of some days, by UID.</summary>
    public async Task<IReadOnlyDictionary<string, ArchiveStudy>> ListAsync(
        string archive, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT study_instance_uid, instances, missing_since IS NOT NULL FROM archive_study
            WHERE archive = $1 AND study_date BETWEEN $2 AND $3
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = archive });
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = to });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new Dictionary<string, ArchiveStudy>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            found.Add(reader.GetString(0), new ArchiveStudy(reader.GetInt32(1), reader.GetBoolean(2)));
        return found;
    }

    /// <summary>How many studies are read of an archive, and how many of them it does not list any more.</summary>
    public async Task<(long Studies, long Missing)> CountAsync(string archive, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT count(*), count(missing_since) FROM archive_study WHERE archive = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = archive });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>The study was read, with so many instances; none: it is missing from now on.</summary>
    public async Task SaveAsync(
        string archive, string studyInstanceUid, DateOnly? day, int instances, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            INSERT INTO archive_study (archive, study_instance_uid, study_date, instances, missing_since)
            VALUES ($1, $2, $3, $4, CASE WHEN $4 = 0 THEN $5 END)
            ON CONFLICT (archive, study_instance_uid) DO UPDATE SET study_date = coalesce(EXCLUDED.study_date, archive_study.study_date),
                instances = EXCLUDED.instances, missing_since = CASE WHEN $4 = 0 THEN coalesce(archive_study.missing_since, $5) END
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = archive });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = studyInstanceUid });
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = day is { } known ? known : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Date,
        });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = instances });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The instances of a study whose bytes an archive has, by UID, and whether they are shown or kept from view.</summary>
    public async Task<IReadOnlyDictionary<string, InstanceState>> OwnedAsync(
        string archive, string studyInstanceUid, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT i.sop_instance_uid, i.state FROM study s JOIN series e ON e.study_id = s.id JOIN instance i ON i.series_id = e.id
            WHERE s.study_instance_uid = $2 AND i.archive = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = archive });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = studyInstanceUid });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new Dictionary<string, InstanceState>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            found.Add(reader.GetString(0), (InstanceState)reader.GetInt16(1));
        return found;
    }

    /// <summary>What an instance of another archive is encoded in, which lists do not say.</summary>
    public async Task LearnSyntaxAsync(string sopInstanceUid, string transferSyntaxUid, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            UPDATE instance SET transfer_syntax_uid = $2
            WHERE sop_instance_uid = $1 AND archive IS NOT NULL AND transfer_syntax_uid <> $2
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sopInstanceUid });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = transferSyntaxUid });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
