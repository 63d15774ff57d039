using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;
using Npgsql;

namespace CloudPacs.Store.Saving;

/// <summary>Statements that read and write studies with their series, and the links to their orders.</summary>
internal static class StudyStatements
{
    private const string Wanted =
        """

        SELECT id, study_instance_uid, state, patient_id, patient_id_value, patient_id_authority, numbers, sender, facility, flags,
               received_at, patient_name, study_date, study_time, attributes, performed_step_id, merged_into, hold,
               visit_number_value, visit_number_authority
        FROM study WHERE id = ANY (ARRAY(SELECT id FROM wanted))
        """;

    public static bool MayFind(WorkspaceKeys keys) =>
        keys.StudyInstanceUids.Count + keys.Studies.Count + keys.InstancesOfStudies.Count + keys.SeriesInstanceUids.Count
        + keys.PlacerNumbers.Count + keys.FillerNumbers.Count + keys.AccessionNumbers.Count + keys.RecordsOfPatients.Count
        + keys.PatientIds.Count + keys.VisitNumbers.Count > 0;

    /// <summary>
    /// Those with a UID, a series or a number, those that wait for a patient with an id, those of patients with all that is known of
    /// them, and those that have their visit from no order.
    /// </summary>
    public static void Load(RoundTrip trip, Workspace workspace, WorkspaceKeys keys) =>
        trip.Add(
            """
            WITH wanted (id) AS (
                SELECT id FROM study WHERE study_instance_uid = ANY ($1)
                UNION SELECT study_id FROM series WHERE series_instance_uid = ANY ($2)
                UNION SELECT study_id FROM study_number WHERE value = ANY ($3)
                UNION SELECT id FROM study WHERE patient_id = ANY (
                    ARRAY(SELECT patient_id FROM patient_identifier WHERE value = ANY ($4)))
                UNION SELECT id FROM study WHERE patient_id IS NULL AND patient_id_value = ANY ($5)
                UNION SELECT s.id FROM study s WHERE visit_number_value = ANY ($6)
                    AND NOT EXISTS (SELECT FROM study_link l WHERE l.study_id = s.id AND l.state = 0))
            """ + Wanted,
            reader => Read(reader, workspace),
            Column.Texts(keys.StudyInstanceUids.Union(keys.Studies).Union(keys.InstancesOfStudies)),
            Column.Texts(keys.SeriesInstanceUids),
            Column.Texts(keys.PlacerNumbers.Concat(keys.FillerNumbers).Concat(keys.AccessionNumbers)),
            Column.Texts(keys.RecordsOfPatients),
            Column.Texts(keys.PatientIds),
            Column.Texts(keys.VisitNumbers));

    /// <summary>Those that are linked with orders, which show something of them.</summary>
    public static void LoadLinked(RoundTrip trip, Workspace workspace, IEnumerable<Guid> orders) =>
        trip.Add(
            "WITH wanted (id) AS (SELECT study_id FROM study_link WHERE order_id = ANY ($1) AND state = 0)" + Wanted,
            reader => Read(reader, workspace), Column.Uuids(orders));

    /// <summary>Series and links of the studies that are at hand.</summary>
    public static void LoadParts(RoundTrip trip, Workspace workspace)
    {
        List<Guid> studies = [.. workspace.All<StudyRow>().Where(static row => row.Series.Count == 0).Select(static row => row.Id)];
        if (studies.Count == 0) return;
        trip.Add(
            """
            SELECT id, study_id, series_instance_uid, modality, number, instances, told, attributes, sent_study_uid FROM series
            WHERE study_id = ANY ($1) ORDER BY id
            """,
            reader =>
            {
                var row = new SeriesRow(reader.GetGuid(0))
                {
                    StudyId = reader.GetGuid(1),
                    SeriesInstanceUid = reader.GetString(2),
                    Modality = reader.GetString(3),
                    Number = reader.IsDBNull(4) ? null : reader.GetInt32(4),
                    Instances = reader.GetInt32(5),
                    Told = reader.GetInt32(6),
                    Attributes = reader.Attributes(7),
                    SentStudyUid = reader.Text(8),
                };
                if (workspace.Load(row)) workspace.Peek<StudyRow>(row.StudyId)!.Series.Add(row);
            },
            Column.Uuids(studies));
        trip.Add(
            """
            SELECT id, study_id, order_id, procedure_id, rule, state, decided_by, decided_at, reason FROM study_link
            WHERE study_id = ANY ($1) ORDER BY id
            """,
            reader =>
            {
                var row = new StudyLinkRow(reader.GetGuid(0))
                {
                    StudyId = reader.GetGuid(1),
                    OrderId = reader.GetGuid(2),
                    ProcedureId = reader.GetGuid(3),
                    Rule = (LinkRule)reader.GetInt16(4),
                    LinkState = (LinkState)reader.GetInt16(5),
                    DecidedBy = reader.GetString(6),
                    DecidedAt = reader.Instant(7)!.Value,
                    Reason = reader.Text(8),
                };
                if (workspace.Load(row)) workspace.Peek<StudyRow>(row.StudyId)!.Links.Add(row);
            },
            Column.Uuids(studies));
    }

    private static void Read(NpgsqlDataReader reader, Workspace workspace)
    {
        var row = new StudyRow(reader.GetGuid(0))
        {
            StudyInstanceUid = reader.GetString(1),
            StudyState = (StudyState)reader.GetInt16(2),
            PatientId = reader.Uuid(3),
            ShownPatientId = reader.Identifier(4),
            Numbers = reader.GetFieldValue<string[]>(6),
            Sender = reader.GetString(7),
            Facility = reader.Text(8),
            ReceivedAt = reader.Instant(10)!.Value,
            PatientName = reader.Text(11),
            StudyDate = reader.IsDBNull(12) ? null : reader.GetFieldValue<DateOnly>(12),
            StudyTime = reader.IsDBNull(13) ? null : reader.GetFieldValue<TimeOnly>(13),
            Attributes = reader.Attributes(14),
            PerformedStepId = reader.Uuid(15),
            MergedInto = reader.Text(16),
            Hold = reader.Text(17),
            VisitNumber = reader.Identifier(18),
        };
        row.Flags.UnionWith(reader.GetFieldValue<string[]>(9));
        workspace.Load(row);
    }

    public static void Save(RoundTrip trip, IReadOnlyList<StudyRow> rows)
    {
        trip.Write(
            rows,
            """
            INSERT INTO study (id, study_instance_uid, state, patient_id, patient_id_value, patient_id_authority, numbers, sender, facility,
                flags, received_at, patient_name, study_date, study_time, attributes, performed_step_id, undecided,
                merged_into, hold, visit_number_value, visit_number_authority)
            SELECT id, study_instance_uid, state, patient_id, patient_id_value, patient_id_authority, string_to_array(numbers, E'\x1f'),
                sender, facility, string_to_array(flags, E'\x1f'), received_at, patient_name, study_date, study_time, attributes,
                performed_step_id, undecided, merged_into, hold, visit_number_value, visit_number_authority
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
                AS new (id, study_instance_uid, state, patient_id, patient_id_value, patient_id_authority, numbers, sender, facility, flags,
                    received_at, patient_name, study_date, study_time, attributes, performed_step_id, undecided, merged_into,
                    hold, visit_number_value, visit_number_authority)
            """,
            """
            ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state, patient_id = EXCLUDED.patient_id, numbers = EXCLUDED.numbers,
                facility = EXCLUDED.facility, flags = EXCLUDED.flags, attributes = EXCLUDED.attributes,
                performed_step_id = EXCLUDED.performed_step_id, undecided = EXCLUDED.undecided,
                merged_into = EXCLUDED.merged_into, hold = EXCLUDED.hold
            """,
            static rows =>
            [
                Column.Uuid(rows, static row => row.Id),
                Column.Text(rows, static row => row.StudyInstanceUid),
                Column.Int16(rows, static row => (short)row.StudyState),
                Column.Uuid(rows, static row => row.PatientId),
                Column.Text(rows, static row => row.ShownPatientId?.Value),
                Column.Text(rows, static row => row.ShownPatientId is { } shown ? IdentifierText.AuthorityOf(shown) : null),
                Column.TextList(rows, static row => row.Numbers),
                Column.Text(rows, static row => row.Sender),
                Column.Text(rows, static row => row.Facility),
                Column.TextList(rows, static row => row.Flags),
                Column.Instant(rows, static row => row.ReceivedAt),
                Column.Text(rows, static row => row.PatientName),
                Column.Date(rows, static row => row.StudyDate),
                Column.Time(rows, static row => row.StudyTime),
                Column.Bytes(rows, static row => row.Attributes.Bytes),
                Column.Uuid(rows, static row => row.PerformedStepId),
                Column.Flag(rows, static row => row.IsUndecided),
                Column.Text(rows, static row => row.MergedInto),
                Column.Text(rows, static row => row.Hold),
                Column.Text(rows, static row => row.VisitNumber?.Value),
                Column.Text(rows, static row => row.VisitNumber is { } visit ? IdentifierText.AuthorityOf(visit) : null),
            ]);
        var numbers = rows.SelectMany(static row => row.Numbers.Distinct(), static (row, number) => (row.Id, number)).ToList();
        if (numbers.Count == 0) return;
        trip.Add(
            "INSERT INTO study_number (value, study_id) SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING", null,
            Column.Texts(numbers.Select(static one => one.number)), Column.Uuids(numbers.Select(static one => one.Id)));
    }

    public static void Save(RoundTrip trip, IReadOnlyList<SeriesRow> rows) =>
        trip.Write(
            rows,
            """
            INSERT INTO series (id, study_id, series_instance_uid, modality, number, instances, told, attributes, sent_study_uid)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            """
            ON CONFLICT (id) DO UPDATE SET study_id = EXCLUDED.study_id, instances = EXCLUDED.instances, told = EXCLUDED.told,
                attributes = EXCLUDED.attributes, sent_study_uid = EXCLUDED.sent_study_uid
            """,
            static rows =>
            [
                Column.Uuid(rows, static row => row.Id),
                Column.Uuid(rows, static row => row.StudyId),
                Column.Text(rows, static row => row.SeriesInstanceUid),
                Column.Text(rows, static row => row.Modality),
                Column.Number(rows, static row => row.Number),
                Column.Number(rows, static row => row.Instances),
                Column.Number(rows, static row => row.Told),
                Column.Bytes(rows, static row => row.Attributes.Bytes),
                Column.Text(rows, static row => row.SentStudyUid),
            ]);

    public static void Save(RoundTrip trip, IReadOnlyList<StudyLinkRow> rows) =>
        trip.Write(
            rows,
            """
            INSERT INTO study_link (id, study_id, order_id, procedure_id, rule, state, decided_by, decided_at, reason)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            """
            ON CONFLICT (id) DO UPDATE SET rule = EXCLUDED.rule, state = EXCLUDED.state, decided_by = EXCLUDED.decided_by,
                decided_at = EXCLUDED.decided_at, reason = EXCLUDED.reason
            """,
            static rows =>
            [
                Column.Uuid(rows, static row => row.Id),
                Column.Uuid(rows, static row => row.StudyId),
                Column.Uuid(rows, static row => row.OrderId),
                Column.Uuid(rows, static row => row.ProcedureId),
                Column.Int16(rows, static row => (short)row.Rule),
                Column.Int16(rows, static row => (short)row.LinkState),
                Column.Text(rows, static row => row.DecidedBy),
                Column.Instant(rows, static row => row.DecidedAt),
                Column.Text(rows, static row => row.Reason),
            ]);
}
