using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace CloudPacs.Store.Studies;

/// <summary>Finds what is shown of studies, series and instances; the newest studies first.</summary>
public sealed class StudyQueries(NpgsqlDataSource database)
{
    private const int PageSize = 200;

    /// <summary>The studies that pass the filter: by date and time from the newest on, then by UID.</summary>
    public async IAsyncEnumerable<StoredStudy> FindStudiesAsync(
        StudyFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        for (var offset = 0; ; offset += PageSize)
        {
            var page = await ReadPageAsync(filter, offset, cancellationToken).ConfigureAwait(false);
            foreach (var study in page)
            {
                if (study.Series.Count > 0) yield return study;
            }

            if (page.Count < PageSize) yield break;
        }
    }

    /// <summary>The shown instances of series that pass the filter, by series, number and UID.</summary>
    public async IAsyncEnumerable<StoredInstance> FindInstancesAsync(
        IReadOnlyList<Guid> series, StudyFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var command = database.CreateCommand(
            """
            SELECT series_id, sop_instance_uid, sop_class_uid, transfer_syntax_uid, number, pack, pack_offset, length, data_set_offset,
                   header_length, digest, pixel_digest, frames, attributes, archive
            FROM instance WHERE series_id = ANY ($1) AND state = 0 AND (cardinality($2) = 0 OR sop_instance_uid = ANY ($2))
            ORDER BY series_id, number NULLS LAST, sop_instance_uid
            """);
        command.Parameters.Add(Column.Uuids(series));
        command.Parameters.Add(Column.Texts(filter.SopInstanceUids));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return new StoredInstance(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), Number(reader, 4),
                new InstanceBytes(
                    reader.GetGuid(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt32(8), reader.GetInt32(9), reader.Bytes(10),
                    reader.Bytes(11), reader.Bytes(12)),
                reader.Attributes(13))
            {
                Archive = reader.Text(14),
            };
        }
    }

    /// <summary>Whether a study is one that callers of a facility see, shown or not.</summary>
    /// <param name="study">Id of its row.</param>
    /// <param name="facility">As in <see cref="StudyFilter.Facility"/>.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<bool> IsForAsync(Guid study, string facility, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"SELECT EXISTS (SELECT 1 FROM study WHERE id = $1 AND {FacilityRule.Condition("$2", "facility")})");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = study });
        command.Parameters.Add(Text(facility));
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>The instances of a study that were shown and are not any more, with their series: rejected, deleted or lost.</summary>
    public async Task<IReadOnlyList<(StoredSeries Series, string SopClassUid, string SopInstanceUid)>> ListGoneAsync(
        string studyInstanceUid, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            SELECT e.id, e.series_instance_uid, e.modality, e.number, e.instances, e.attributes, i.sop_class_uid, i.sop_instance_uid
            FROM study s JOIN series e ON e.study_id = s.id JOIN instance i ON i.series_id = e.id
            WHERE s.study_instance_uid = $1 AND (i.state = 3 OR (i.state = 2 AND i.state_before = 0)) AND i.sop_class_uid <> ''
            ORDER BY e.number NULLS LAST, e.series_instance_uid, i.id
            """);
        command.Parameters.Add(Text(studyInstanceUid));
        return await ReadWithSeriesAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Those of some instances that are in another study, with the series that they have there.</summary>
    public async Task<IReadOnlyList<(StoredSeries Series, string SopClassUid, string SopInstanceUid)>> ListElsewhereAsync(
        string studyInstanceUid, IEnumerable<string> instances, CancellationToken cancellationToken)
    {
        List<string> uids = [.. instances];
        if (uids.Count == 0) return [];
        await using var command = database.CreateCommand(
            """
            SELECT e.id, e.series_instance_uid, e.modality, e.number, e.instances, e.attributes, i.sop_class_uid, i.sop_instance_uid
            FROM instance i JOIN series e ON e.id = i.series_id JOIN study s ON s.id = e.study_id
            WHERE i.sop_instance_uid = ANY ($2) AND s.study_instance_uid <> $1
            ORDER BY e.number NULLS LAST, e.series_instance_uid, i.id
            """);
        command.Parameters.Add(Text(studyInstanceUid));
        command.Parameters.Add(Column.Texts(uids));
        return await ReadWithSeriesAsync(command, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<(StoredSeries Series, string SopClassUid, string SopInstanceUid)>> ReadWithSeriesAsync(
        NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<(StoredSeries, string, string)>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var series = new StoredSeries(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), Number(reader, 3), reader.GetInt32(4), reader.Attributes(5));
            found.Add((series, reader.GetString(6), reader.GetString(7)));
        }

        return found;
    }

    private async Task<List<StoredStudy>> ReadPageAsync(StudyFilter filter, int offset, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand();
        command.CommandText = Statement(filter, offset, command.Parameters);
        var studies = new List<StoredStudy>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            studies.Add(new StoredStudy(reader.GetGuid(0), reader.GetString(1), reader.Attributes(2), SeriesOfStudy.Read(reader, 3))
            {
                Known = filter.WithKnown ? KnownOfStudies.Read(reader, 3 + SeriesOfStudy.Count) : null,
            });
        }

        return studies;
    }

    private static string Statement(StudyFilter filter, int offset, NpgsqlParameterCollection parameters)
    {
        const string Order = "s.study_date DESC NULLS LAST, s.study_time DESC NULLS LAST, s.study_instance_uid";
        // First the page, then what belongs to its studies.
        var sql = new StringBuilder("SELECT s.id, s.study_instance_uid, s.attributes, ")
            .Append(SeriesOfStudy.Columns).Append(filter.WithKnown ? KnownOfStudies.Columns : "")
            .Append(" FROM (SELECT * FROM study s WHERE s.state = 0");
        if (filter.StudyInstanceUids.Count > 0) And("s.study_instance_uid = ANY ({0})", Column.Texts(filter.StudyInstanceUids));
        if (filter.SeriesInstanceUids.Count > 0)
        {
            And("s.id = ANY (ARRAY(SELECT study_id FROM series WHERE series_instance_uid = ANY ({0})))",
                Column.Texts(filter.SeriesInstanceUids));
        }

        if (filter.SopInstanceUids.Count > 0)
        {
            And("""
                s.id = ANY (ARRAY(SELECT e.study_id FROM instance i JOIN series e ON e.id = i.series_id
                    WHERE i.sop_instance_uid = ANY ({0})))
                """, Column.Texts(filter.SopInstanceUids));
        }

        if (filter.PatientId is { } patient)
        {
            And("""
                s.id = ANY (ARRAY(
                    SELECT id FROM study WHERE patient_id = ANY (ARRAY(SELECT patient_id FROM patient_identifier WHERE value = {0}))
                    UNION SELECT id FROM study WHERE patient_id IS NULL AND patient_id_value = {0}))
                """, Text(patient));
        }

        if (filter.Number is { } number) And("s.id = ANY (ARRAY(SELECT study_id FROM study_number WHERE value = {0}))", Text(number));
        if (filter.NamePrefix is { } prefix) And("s.patient_name ^@ {0}", Text(prefix));
        if (filter.From is { } from) And("s.study_date >= {0}", Date(from));
        if (filter.To is { } to) And("s.study_date <= {0}", Date(to));
        if (filter.Modalities.Count > 0)
        {
            And("EXISTS (SELECT 1 FROM series e WHERE e.study_id = s.id AND e.instances > 0 AND e.modality = ANY ({0}))",
                Column.Texts(filter.Modalities));
        }

        if (filter.Facility is { } facility) And(FacilityRule.Condition("{0}", "s.facility"), Text(facility));
        return sql.Append(System.Globalization.CultureInfo.InvariantCulture, $" ORDER BY {Order} LIMIT {PageSize} OFFSET {offset}) AS s")
            .Append(SeriesOfStudy.Join).Append(filter.WithKnown ? KnownOfStudies.Join : "").Append(" ORDER BY ").Append(Order).ToString();

        void And(string condition, NpgsqlParameter parameter)
        {
            parameters.Add(parameter);
            sql.Append(" AND ").Append(condition.Replace("{0}", $"${parameters.Count}", StringComparison.Ordinal));
        }
    }

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = Column.Storable(value) };

    private static NpgsqlParameter<DateOnly> Date(DateOnly value) =>
        new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Date };

    private static int? Number(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);
}
