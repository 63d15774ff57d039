using System.Text;
using Npgsql;

namespace CloudPacs.Store.Fhir;

/// <summary>Lists versions of resources, the newest first: of each type its newest by the index of times, put together.</summary>
public sealed class FhirVersionQueries(NpgsqlDataSource database)
{
    /// <summary>A page of versions, or its beginning when that has <see cref="ContentLimit.Page"/> bytes.</summary>
    /// <param name="wanted">Which ones.</param>
    /// <param name="after">Where the page begins; null for the newest.</param>
    /// <param name="count">Length of the page.</param>
    public async Task<IReadOnlyList<FhirResourceRow>> ListAsync(
        FhirVersions wanted, FhirVersionPosition? after, int count, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand();
        var tail = $"ORDER BY last_updated DESC, id DESC, version DESC LIMIT {Add(command, count)}";
        command.CommandText =
            $"""
            SELECT p.type, p.id, p.version, p.last_updated, p.deleted, p.content, ''
            FROM unnest({Add(command, wanted.Types.ToArray())}) AS t (type) CROSS JOIN LATERAL ({Both(command, wanted, after, "*", tail)}) p
            ORDER BY p.last_updated DESC, p.type DESC, p.id DESC, p.version DESC LIMIT {Add(command, count)}
            """;
        var limit = new ContentLimit(ContentLimit.Page, wanted.Hold);
        return await FhirQueries.ReadAllAsync(command, limit, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How many versions there are; null when they are more than can be counted at once.</summary>
    public async Task<int?> CountAsync(FhirVersions wanted, int atMost, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand();
        command.CommandText =
            $"""
            SELECT count(*)::integer FROM (SELECT 1 FROM unnest({Add(command, wanted.Types.ToArray())}) AS t (type)
            CROSS JOIN LATERAL ({Both(command, wanted, after: null, "1", "")}) p LIMIT {Add(command, atMost + 1)}) n
            """;
        var count = (int)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        return count > atMost ? null : count;
    }

    /// <summary>How many resources each of some types has; one more than asked for when there are more, nothing for none.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountCurrentAsync(
        IReadOnlyList<string> types, int atMost, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand();
        command.CommandText =
            $"""
            SELECT t.type, count(*)::integer FROM unnest({Add(command, types.ToArray())}) AS t (type)
            CROSS JOIN LATERAL (SELECT 1 FROM fhir_resource r WHERE r.type = t.type AND NOT r.deleted LIMIT {Add(command, atMost + 1)}) n
            GROUP BY t.type
            """;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) counts.Add(reader.GetString(0), reader.GetInt32(1));
        return counts;
    }

    /// <summary>The current versions and the older ones of a type.</summary>
    private static string Both(NpgsqlCommand command, FhirVersions wanted, FhirVersionPosition? after, string columns, string tail)
    {
        var condition = Condition(command, wanted, after);
        var shown = columns == "*" ? "type, id, version, last_updated, deleted, content" : columns;
        var superseded = wanted.At is { } span ? $"AND {LaterThan(Add(command, span.From))}" : "";
        return $"""
            (SELECT {shown} FROM fhir_resource v WHERE v.type = t.type {condition} {tail})
            UNION ALL
            (SELECT {shown} FROM fhir_history v WHERE v.type = t.type {condition} {superseded} {tail})
            """;
    }

    private static string Condition(NpgsqlCommand command, FhirVersions wanted, FhirVersionPosition? after)
    {
        var text = new StringBuilder();
        if (wanted.Id is { } id) text.Append(" AND v.id = ").Append(Add(command, id));
        if (wanted.Since is { } since) text.Append(" AND v.last_updated >= ").Append(Add(command, since));
        if (wanted.At is { } span) text.Append(" AND v.last_updated < ").Append(Add(command, span.To));
        if (after is not null)
        {
            var at = Add(command, after.LastUpdated);
            var (type, resource, version) = (Add(command, after.Type), Add(command, after.Id), Add(command, after.Version));
            text.Append(" AND v.last_updated <= ").Append(at)
                .Append(" AND (v.last_updated, v.type, v.id, v.version) < (").AppendJoin(", ", at, type, resource, version).Append(')');
        }

        if (wanted.Facility is { } facility)
        {
            var rule = FacilityRule.Condition(Add(command, facility), "s.facility");
            text.Append(" AND (v.type <> 'ImagingStudy' OR CASE WHEN v.id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'")
                .Append(" THEN EXISTS (SELECT 1 FROM study s WHERE s.id = v.id::uuid AND ").Append(rule).Append(") ELSE false END)");
        }

        return text.ToString();
    }

    /// <summary>The version after an old one, which ended its time, came later than an instant.</summary>
    private static string LaterThan(string instant) =>
        $"""
        (SELECT n.last_updated FROM fhir_resource n WHERE n.type = v.type AND n.id = v.id AND n.version = v.version + 1
        UNION ALL
        SELECT n.last_updated FROM fhir_history n WHERE n.type = v.type AND n.id = v.id AND n.version = v.version + 1 LIMIT 1) > {instant}
        """;

    private static string Add<T>(NpgsqlCommand command, T value)
    {
        if (value is DateTimeOffset instant) command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = instant.UtcDateTime });
        else command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return $"${command.Parameters.Count}";
    }
}
