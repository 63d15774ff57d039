using CloudPacs.Store.Fhir;
using CloudPacs.Store.Workspaces;
using Npgsql;

namespace CloudPacs.Store.Saving;

/// <summary>Statements that read and write FHIR resources and their history.</summary>
internal static class FhirStatements
{
    public static void Load(RoundTrip trip, Workspace workspace, IReadOnlyCollection<(string Type, string Id)> wanted)
    {
        if (wanted.Count == 0) return;
        trip.Add(
            """
            SELECT r.type, r.id, r.version, r.last_updated, r.deleted, r.content, r.slots
            FROM unnest($1, $2) AS w (type, id) CROSS JOIN LATERAL (SELECT * FROM fhir_resource WHERE type = w.type
                AND id = w.id OFFSET 0) r
            """,
            reader => workspace.LoadFhir(FhirQueries.Read(reader)),
            Column.Text(wanted, static key => key.Type),
            Column.Text(wanted, static key => key.Id));
    }

    /// <summary>
    /// Writes what was put, in order. Versions that a later one of the same batch replaced go to the history at once. The version that is
    /// stored must be the one that was read: else the transaction fails (40001, or a violated key) and the batch is done again.
    /// </summary>
    public static void Save(RoundTrip trip, IReadOnlyList<FhirResourceRow> writes)
    {
        if (writes.Count == 0) return;
        var written = writes.GroupBy(static row => (row.Type, row.Id))
            // One order for all writers: two that change the same resources wait for each other instead of both.
            .OrderBy(static same => same.Key.Type, StringComparer.Ordinal).ThenBy(static same => same.Key.Id, StringComparer.Ordinal)
            .Select(static same => (Last: same.Last(), Base: same.First().Version - 1, Superseded: same.SkipLast(1)))
            .ToList();
        Insert(trip, [.. written.Where(static row => row.Base == 0).Select(static row => row.Last)]);
        Replace(trip, [.. written.Where(static row => row.Base > 0).Select(static row => (row.Last, row.Base))]);
        AddHistory(trip, [.. written.SelectMany(static row => row.Superseded)]);
    }

    private static void Insert(RoundTrip trip, List<FhirResourceRow> rows)
    {
        if (rows.Count == 0) return;
        trip.Add(
            """
            INSERT INTO fhir_resource (type, id, version, last_updated, deleted, content, slots)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
            """,
            null,
            [.. Columns(rows)]);
    }

    private static void Replace(RoundTrip trip, List<(FhirResourceRow Last, int Base)> rows)
    {
        if (rows.Count == 0) return;
        trip.Add(
            """
            WITH new AS (
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS n (type, id, version, last_updated, deleted, content, slots, base)),
            kept AS (
                INSERT INTO fhir_history (type, id, version, last_updated, deleted, content)
                SELECT r.type, r.id, r.version, r.last_updated, r.deleted, r.content FROM new n JOIN fhir_resource r ON r.type = n.type
                    AND r.id = n.id
                ON CONFLICT DO NOTHING),
            written AS (
                UPDATE fhir_resource r SET version = n.version, last_updated = n.last_updated, deleted = n.deleted, content = n.content,
                    slots = n.slots
                FROM new n WHERE r.type = n.type AND r.id = n.id AND r.version = n.base RETURNING 1)
            SELECT expect_rows(count(*), $9) FROM written
            """,
            static _ => { },
            [
                .. Columns([.. rows.Select(static row => row.Last)]),
                Column.Int32(rows, static row => row.Base),
                new NpgsqlParameter<int> { TypedValue = rows.Count },
            ]);
    }

    private static void AddHistory(RoundTrip trip, List<FhirResourceRow> rows)
    {
        if (rows.Count == 0) return;
        trip.Add(
            "INSERT INTO fhir_history (type, id, version, last_updated, deleted, content) SELECT * FROM unnest($1, $2, $3, $4, $5, $6)",
            null,
            [.. Columns(rows).Take(6)]);
    }

    private static IEnumerable<NpgsqlParameter> Columns(List<FhirResourceRow> rows) =>
    [
        Column.Text(rows, static row => row.Type),
        Column.Text(rows, static row => row.Id),
        Column.Int32(rows, static row => row.Version),
        Column.Instant(rows, static row => row.LastUpdated),
        Column.Flag(rows, static row => row.Deleted),
        Column.Bytes(rows, static row => PackedContent.Pack(row.Content)),
        Column.Text(rows, static row => row.Slots),
    ];
}
