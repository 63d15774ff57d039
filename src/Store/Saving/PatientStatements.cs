using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Store.Saving;

/// <summary>Statements that read and write patients, visits and the merge log of a batch.</summary>
internal static class PatientStatements
{
    private const short Current = 0, Primary = 1, Prior = 2, Former = 3;

    public static void FindIds(RoundTrip trip, WorkspaceKeys keys, HashSet<Guid> found) =>
        trip.Add(
            "SELECT DISTINCT patient_id FROM patient_identifier WHERE value = ANY ($1)",
            reader => found.Add(reader.GetGuid(0)),
            Column.Texts(keys.PatientIds));

    /// <summary>Patients with all that they were merged into.</summary>
    public static void Load(RoundTrip trip, Workspace workspace, IEnumerable<Guid> patientIds)
    {
        Guid[] ids = [.. patientIds];
        var loaded = new Dictionary<Guid, PatientRow>();
        trip.Add(
            """
            WITH RECURSIVE wanted (id) AS (
                SELECT unnest($1)
                UNION SELECT p.merged_into FROM wanted w CROSS JOIN LATERAL (SELECT merged_into FROM patient WHERE id = w.id OFFSET 0) p
                WHERE p.merged_into IS NOT NULL)
            SELECT id, active, merged_into, attributes, hold FROM patient WHERE id = ANY (ARRAY(SELECT id FROM wanted))
            """,
            reader =>
            {
                var patient = new PatientRow(reader.GetGuid(0))
                {
                    Active = reader.GetBoolean(1), MergedInto = reader.Uuid(2), Attributes = reader.Attributes(3), Hold = reader.Text(4),
                };
                if (workspace.Load(patient)) loaded.Add(patient.Id, patient);
            },
            Column.Uuids(ids));
        trip.Add(
            """
            WITH RECURSIVE wanted (id) AS (
                SELECT unnest($1)
                UNION SELECT p.merged_into FROM wanted w CROSS JOIN LATERAL (SELECT merged_into FROM patient WHERE id = w.id OFFSET 0) p
                WHERE p.merged_into IS NOT NULL)
            SELECT patient_id, kind, value, authority FROM patient_identifier
            WHERE patient_id = ANY (ARRAY(SELECT id FROM wanted)) AND kind < 3 ORDER BY patient_id, position
            """,
            reader =>
            {
                if (!loaded.TryGetValue(reader.GetGuid(0), out var patient)) return;
                var kind = reader.GetInt16(1);
                patient.Identifiers.Add(new PatientIdentifier(reader.Identifier(2)!.Value, kind == Primary, kind == Prior));
                patient.StoredIdentifiers = [.. patient.Identifiers];
            },
            Column.Uuids(ids));
        trip.Add(
            "SELECT patient_id, linked_to FROM patient_link WHERE patient_id = ANY ($1)",
            reader =>
            {
                if (!loaded.TryGetValue(reader.GetGuid(0), out var patient)) return;
                patient.LinkedTo.Add(reader.GetGuid(1));
                patient.StoredLinks = [.. patient.LinkedTo];
            },
            Column.Uuids(ids));
    }

    public static void LoadVisits(RoundTrip trip, Workspace workspace, WorkspaceKeys keys) =>
        trip.Add(
            """
            WITH RECURSIVE whole (id) AS (
                SELECT patient_id FROM patient_identifier WHERE value = ANY ($2)
                UNION SELECT p.merged_into FROM whole w CROSS JOIN LATERAL (SELECT merged_into FROM patient WHERE id = w.id OFFSET 0) p
                WHERE p.merged_into IS NOT NULL)
            SELECT id, patient_id, status, patient_class, attributes, number_value, number_authority FROM visit
                WHERE number_value = ANY ($1)
            UNION ALL
            SELECT id, patient_id, status, patient_class, attributes, number_value, number_authority
            FROM visit WHERE patient_id = ANY (ARRAY(SELECT id FROM whole))
            """,
            reader => workspace.Load(ReadVisit(reader)),
            Column.Texts(keys.VisitNumbers),
            Column.Texts(keys.OrdersOfPatients));

    /// <summary>Those whose numbers studies show.</summary>
    public static void LoadVisits(RoundTrip trip, Workspace workspace, IEnumerable<string> numbers) =>
        trip.Add(
            """
            SELECT id, patient_id, status, patient_class, attributes, number_value, number_authority FROM visit
            WHERE number_value = ANY ($1)
            """,
            reader => workspace.Load(ReadVisit(reader)),
            Column.Texts(numbers));

    public static void LoadVisits(RoundTrip trip, Workspace workspace, IEnumerable<Guid> visitIds) =>
        trip.Add(
            "SELECT id, patient_id, status, patient_class, attributes, number_value, number_authority FROM visit WHERE id = ANY ($1)",
            reader => workspace.Load(ReadVisit(reader)),
            Column.Uuids(visitIds));

    public static void Save(RoundTrip trip, IReadOnlyList<PatientRow> rows)
    {
        trip.Write(
            rows,
            """
            INSERT INTO patient (id, active, merged_into, attributes, hold)
            SELECT * FROM unnest($1, $2, $3, $4, $5)
            """,
            """
            ON CONFLICT (id) DO UPDATE SET active = EXCLUDED.active, merged_into = EXCLUDED.merged_into, attributes = EXCLUDED.attributes,
                hold = EXCLUDED.hold
            """,
            static rows =>
            [
                Column.Uuid(rows, static row => row.Id),
                Column.Flag(rows, static row => row.Active),
                Column.Uuid(rows, static row => row.MergedInto),
                Column.Bytes(rows, static row => row.Attributes.Bytes),
                Column.Text(rows, static row => row.Hold),
            ]);
        SaveIdentifiers(trip, [.. rows.Where(static row => !row.Identifiers.SequenceEqual(row.StoredIdentifiers))]);
        SaveLinks(trip, [.. rows.Where(static row => !row.LinkedTo.SetEquals(row.StoredLinks))]);
    }

    public static void Save(RoundTrip trip, IReadOnlyList<VisitRow> rows) =>
        trip.Write(
            rows,
            """
            INSERT INTO visit (id, patient_id, number_value, number_authority, status, patient_class, attributes)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
            """,
            """
            ON CONFLICT (id) DO UPDATE SET patient_id = EXCLUDED.patient_id, number_value = EXCLUDED.number_value,
                number_authority = EXCLUDED.number_authority, status = EXCLUDED.status, patient_class = EXCLUDED.patient_class,
                attributes = EXCLUDED.attributes
            """,
            static rows =>
            [
                Column.Uuid(rows, static row => row.Id),
                Column.Uuid(rows, static row => row.PatientId),
                Column.Text(rows, static row => row.Number.Value),
                Column.Text(rows, static row => IdentifierText.AuthorityOf(row.Number)),
                Column.Text(rows, static row => row.Status),
                Column.Text(rows, static row => row.PatientClass),
                Column.Bytes(rows, static row => row.Attributes.Bytes),
            ]);

    public static void Save(RoundTrip trip, IReadOnlyList<MergeLogRow> rows)
    {
        if (rows.Count == 0) return;
        trip.Add(
            """
            INSERT INTO merge_log (id, kind, at, prior_patient_id, surviving_patient_id, message_id, before, after)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            null,
            Column.Uuid(rows, static row => row.Id),
            Column.Text(rows, static row => row.Kind),
            Column.Instant(rows, static row => row.At),
            Column.Uuid(rows, static row => row.PriorPatientId),
            Column.Uuid(rows, static row => row.SurvivingPatientId),
            Column.Uuid(rows, static row => row.MessageId),
            Column.Bytes(rows, static row => row.Before),
            Column.Bytes(rows, static row => row.After));
    }

    /// <summary>
    /// An identifier that a patient no longer has stays as a former one: the patient's id was derived from it and must not be made again.
    /// </summary>
    private static void SaveIdentifiers(RoundTrip trip, List<PatientRow> patients)
    {
        if (patients.Count == 0) return;
        var stored = patients.Where(static row => row.StoredIdentifiers.Count > 0).ToList();
        if (stored.Count > 0)
        {
            trip.Add(
                "UPDATE patient_identifier SET kind = $2 WHERE patient_id = ANY ($1) AND kind < $2",
                null,
                Column.Uuids(stored.Select(static row => row.Id)),
                new Npgsql.NpgsqlParameter<short> { TypedValue = Former });
        }

        InsertIdentifiers(trip, [.. patients.Except(stored)], "");
        InsertIdentifiers(
            trip, stored, "ON CONFLICT (patient_id, value, authority) DO UPDATE SET kind = EXCLUDED.kind, position = EXCLUDED.position");
    }

    private static void InsertIdentifiers(RoundTrip trip, List<PatientRow> patients, string onConflict)
    {
        if (patients.Count == 0) return;
        var rows = patients
            .SelectMany(static row => row.Identifiers
                .DistinctBy(static held => (held.Identifier.Value, IdentifierText.AuthorityOf(held.Identifier)))
                .Select((held, position) => (PatientId: row.Id, Held: held, Position: (short)position)))
            .ToList();
        trip.Add(
            $"""
            INSERT INTO patient_identifier (patient_id, value, authority, kind, position)
            SELECT * FROM unnest($1, $2, $3, $4, $5) {onConflict}
            """,
            null,
            Column.Uuid(rows, static row => row.PatientId),
            Column.Text(rows, static row => row.Held.Identifier.Value),
            Column.Text(rows, static row => IdentifierText.AuthorityOf(row.Held.Identifier)),
            Column.Int16(rows, static row => row.Held.IsPrior ? Prior : row.Held.IsPrimary ? Primary : Current),
            Column.Int16(rows, static row => row.Position));
    }

    private static void SaveLinks(RoundTrip trip, List<PatientRow> patients)
    {
        if (patients.Count == 0) return;
        var links = patients.SelectMany(static row => row.LinkedTo.Select(other => (row.Id, Other: other))).ToList();
        trip.Add("DELETE FROM patient_link WHERE patient_id = ANY ($1)", null, Column.Uuids(patients.Select(static row => row.Id)));
        trip.Add(
            "INSERT INTO patient_link (patient_id, linked_to) SELECT * FROM unnest($1, $2)",
            null,
            Column.Uuid(links, static link => link.Id),
            Column.Uuid(links, static link => link.Other));
    }

    private static VisitRow ReadVisit(Npgsql.NpgsqlDataReader reader) => new(reader.GetGuid(0))
    {
        PatientId = reader.GetGuid(1),
        Status = reader.GetString(2),
        PatientClass = reader.Text(3),
        Attributes = reader.Attributes(4),
        Number = reader.Identifier(5)!.Value,
    };
}
