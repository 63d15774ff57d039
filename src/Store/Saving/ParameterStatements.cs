using CloudPacs.Store.Search;
using Npgsql;
using NpgsqlTypes;

namespace CloudPacs.Store.Saving;

/// <summary>Statements about the search parameters of a site that are in force.</summary>
internal static class ParameterStatements
{
    public static void ReadRevision(RoundTrip trip, Action<NpgsqlDataReader> row) =>
        trip.Add("SELECT revision FROM fhir_parameter_state", row);

    /// <summary>Definitions are written that are not in force yet.</summary>
    public static void FallBehind(RoundTrip trip) => trip.Add("UPDATE fhir_parameter_state SET behind = true", null);

    /// <summary>
    /// Who indexes outside of a batch: nobody changes the parameters until the transaction ends, and the index knows them.
    /// </summary>
    public static async Task HoldAsync(NpgsqlTransaction transaction, IResourceIndex index, CancellationToken cancellationToken)
    {
        var revision = 0L;
        var trip = new RoundTrip(transaction);
        trip.Add(
            "SELECT pg_advisory_xact_lock_shared($1)", static _ => { },
            new NpgsqlParameter<long> { TypedValue = KeyLocks.Everything });
        ReadRevision(trip, reader => revision = reader.GetInt64(0));
        await trip.RunAsync(cancellationToken).ConfigureAwait(false);
        if (revision != index.Revision) index.Take(await LoadAsync(transaction.Connection!, cancellationToken).ConfigureAwait(false));
    }

    public static async Task<ParametersInForce> LoadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT s.revision, p.id, p.definition, p.types, p.places, p.complete
            FROM fhir_parameter_state s LEFT JOIN fhir_parameter p ON true ORDER BY p.id
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var revision = 0L;
        var rows = new List<ParameterRow>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            revision = reader.GetInt64(0);
            if (reader.IsDBNull(1)) continue;
            rows.Add(new ParameterRow(
                reader.GetString(1), reader.Bytes(2), reader.GetFieldValue<string[]>(3), reader.GetString(4), reader.GetBoolean(5)));
        }

        return new ParametersInForce(revision, rows);
    }

    /// <summary>Other parameters from now on, and the resources of some types are indexed anew.</summary>
    public static void Replace(RoundTrip trip, IReadOnlyList<ParameterRow> rows, IReadOnlyCollection<string> renewed)
    {
        trip.Add("DELETE FROM fhir_parameter", null);
        foreach (var row in rows)
        {
            trip.Add(
                "INSERT INTO fhir_parameter (id, definition, types, places, complete) VALUES ($1, $2, $3, $4, $5)", null,
                new NpgsqlParameter<string> { TypedValue = row.Id },
                new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = row.Definition, NpgsqlDbType = NpgsqlDbType.Bytea },
                Column.Texts(row.Types), new NpgsqlParameter<string> { TypedValue = row.Places },
                new NpgsqlParameter<bool> { TypedValue = row.IsComplete });
        }

        trip.Add(
            "INSERT INTO fhir_index_renewal (type, id) SELECT t, '' FROM unnest($1) t ON CONFLICT (type) DO UPDATE SET id = ''", null,
            Column.Texts(renewed));
        trip.Add("UPDATE fhir_parameter_state SET revision = revision + 1, behind = false", null);
    }

    /// <summary>All resources of a type are indexed anew.</summary>
    public static void EndRenewal(RoundTrip trip, string type)
    {
        // First, so that of two that end at once the later one sees that nothing is left.
        trip.Add("UPDATE fhir_parameter_state SET revision = revision + 1", null);
        trip.Add("DELETE FROM fhir_index_renewal WHERE type = $1", null, new NpgsqlParameter<string> { TypedValue = type });
        trip.Add(
            """
            UPDATE fhir_parameter p SET complete = true
            WHERE NOT complete AND NOT EXISTS (SELECT FROM fhir_index_renewal r WHERE r.type = ANY (p.types))
            """,
            null);
    }
}
