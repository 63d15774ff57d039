using CloudPacs.Store.Reports;
using CloudPacs.Store.Workspaces;
using Npgsql;

namespace CloudPacs.Store.Saving;

/// <summary>Statements that read and write reports, their discrete results, and which documents they have.</summary>
internal static class ReportStatements
{
    public static bool MayFind(WorkspaceKeys keys) =>
        keys.ReportNumbers.Count + keys.PlacerNumbers.Count + keys.FillerNumbers.Count + keys.AccessionNumbers.Count
        + keys.StudyInstanceUids.Count + keys.RecordsOfPatients.Count > 0;

    /// <summary>
    /// Those with a number, those that follow it, those that wait for an order, and those of patients with all that is known of them.
    /// </summary>
    public static void Load(RoundTrip trip, Workspace workspace, WorkspaceKeys keys) =>
        trip.Add(
            """
            WITH wanted (id) AS (
                SELECT id FROM report WHERE number_value = ANY ($1)
                UNION SELECT id FROM report WHERE parent_value = ANY ($1)
                UNION SELECT id FROM report WHERE order_id IS NULL AND placer_value = ANY ($2)
                UNION SELECT id FROM report WHERE order_id IS NULL AND filler_value = ANY ($3)
                UNION SELECT id FROM report WHERE order_id IS NULL AND accession_value = ANY ($4)
                UNION SELECT id FROM report WHERE order_id IS NULL AND study_instance_uid = ANY ($5)
                UNION SELECT id FROM report WHERE patient_id = ANY (
                    ARRAY(SELECT patient_id FROM patient_identifier WHERE value = ANY ($6))))
            SELECT id, number_kind, number_value, number_authority, code, state, reported_at, sent_at, content_state, content_reported_at,
                   content_sent_at, parent_value, parent_authority, relation, followed_by, placer_value, placer_authority, filler_value,
                   filler_authority, accession_value, accession_authority, study_instance_uid, order_id, order_study_uid, patient_id,
                   visit_id, parent_id
            FROM report WHERE id = ANY (ARRAY(SELECT id FROM wanted))
            """,
            reader => workspace.Load(new ReportRow(reader.GetGuid(0))
            {
                NumberKind = (ReportNumberKind)reader.GetInt16(1),
                Number = reader.Identifier(2)!.Value,
                Code = reader.Text(4),
                Version = Version(reader, 5),
                Content = reader.IsDBNull(8) ? null : Version(reader, 8),
                ParentNumber = reader.Identifier(11),
                Relation = (ReportRelation)reader.GetInt16(13),
                FollowedBy = (ReportRelation)reader.GetInt16(14),
                PlacerNumber = reader.Identifier(15),
                FillerNumber = reader.Identifier(17),
                AccessionNumber = reader.Identifier(19),
                StudyInstanceUid = reader.Text(21),
                OrderId = reader.Uuid(22),
                OrderStudyUid = reader.Text(23),
                PatientId = reader.Uuid(24),
                VisitId = reader.Uuid(25),
                ParentId = reader.Uuid(26),
            }),
            Column.Texts(keys.ReportNumbers),
            Column.Texts(keys.PlacerNumbers),
            Column.Texts(keys.FillerNumbers),
            Column.Texts(keys.AccessionNumbers),
            Column.Texts(keys.StudyInstanceUids),
            Column.Texts(keys.RecordsOfPatients));

    /// <summary>The discrete results of the reports that are at hand.</summary>
    public static void LoadObservations(RoundTrip trip, Workspace workspace)
    {
        var reports = workspace.All<ReportRow>().Where(static row => row.Observations.Count == 0).Select(static row => row.Id).ToList();
        if (reports.Count == 0) return;
        trip.Add(
            """
            SELECT id, report_id, code, sub_id, status, state, reported_at, sent_at FROM observation WHERE report_id = ANY ($1) ORDER BY id
            """,
            reader =>
            {
                var row = new ObservationRow(reader.GetGuid(0))
                {
                    ReportId = reader.GetGuid(1),
                    Code = reader.GetString(2),
                    SubId = reader.Text(3),
                    Status = reader.GetString(4),
                    Version = Version(reader, 5),
                };
                if (workspace.Load(row)) workspace.Peek<ReportRow>(row.ReportId)!.Observations.Add(row);
            },
            Column.Uuids(reports));
    }

    public static void Save(RoundTrip trip, IReadOnlyList<ReportRow> rows)
    {
        trip.Write(
            rows,
            """
            INSERT INTO report (id, number_kind, number_value, number_authority, code, state, reported_at, sent_at, content_state,
                content_reported_at, content_sent_at, parent_value, parent_authority, relation, followed_by, placer_value, placer_authority,
                filler_value, filler_authority, accession_value, accession_authority, study_instance_uid, order_id, order_study_uid,
                patient_id, visit_id, parent_id)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
                $24, $25, $26, $27)
            """,
            """
            ON CONFLICT (id) DO UPDATE SET code = EXCLUDED.code, state = EXCLUDED.state, reported_at = EXCLUDED.reported_at,
                sent_at = EXCLUDED.sent_at, content_state = EXCLUDED.content_state, content_reported_at = EXCLUDED.content_reported_at,
                content_sent_at = EXCLUDED.content_sent_at, parent_value = EXCLUDED.parent_value,
                parent_authority = EXCLUDED.parent_authority, relation = EXCLUDED.relation, followed_by = EXCLUDED.followed_by,
                placer_value = EXCLUDED.placer_value, placer_authority = EXCLUDED.placer_authority, filler_value = EXCLUDED.filler_value,
                filler_authority = EXCLUDED.filler_authority, accession_value = EXCLUDED.accession_value,
                accession_authority = EXCLUDED.accession_authority, study_instance_uid = EXCLUDED.study_instance_uid,
                order_id = EXCLUDED.order_id, order_study_uid = EXCLUDED.order_study_uid, patient_id = EXCLUDED.patient_id,
                visit_id = EXCLUDED.visit_id, parent_id = EXCLUDED.parent_id
            """,
            static rows =>
            [
                Column.Uuid(rows, static row => row.Id),
                Column.Int16(rows, static row => (short)row.NumberKind),
                Column.Text(rows, static row => row.Number.Value),
                Column.Text(rows, static row => Authority(row.Number)),
                Column.Text(rows, static row => row.Code),
                Column.Int16(rows, static row => (short)row.Version.State),
                Column.Instant(rows, static row => row.Version.ReportedAt),
                Column.Instant(rows, static row => row.Version.SentAt),
                Column.Int16(rows, static row => (short?)row.Content?.State),
                Column.Instant(rows, static row => row.Content?.ReportedAt),
                Column.Instant(rows, static row => row.Content?.SentAt),
                Column.Text(rows, static row => row.ParentNumber?.Value),
                Column.Text(rows, static row => Authority(row.ParentNumber)),
                Column.Int16(rows, static row => (short)row.Relation),
                Column.Int16(rows, static row => (short)row.FollowedBy),
                Column.Text(rows, static row => row.PlacerNumber?.Value),
                Column.Text(rows, static row => Authority(row.PlacerNumber)),
                Column.Text(rows, static row => row.FillerNumber?.Value),
                Column.Text(rows, static row => Authority(row.FillerNumber)),
                Column.Text(rows, static row => row.AccessionNumber?.Value),
                Column.Text(rows, static row => Authority(row.AccessionNumber)),
                Column.Text(rows, static row => row.StudyInstanceUid),
                Column.Uuid(rows, static row => row.OrderId),
                Column.Text(rows, static row => row.OrderStudyUid),
                Column.Uuid(rows, static row => row.PatientId),
                Column.Uuid(rows, static row => row.VisitId),
                Column.Uuid(rows, static row => row.ParentId),
            ]);
        SaveDocuments(trip, rows);
    }

    public static void Save(RoundTrip trip, IReadOnlyList<ObservationRow> rows) =>
        trip.Write(
            rows,
            """
            INSERT INTO observation (id, report_id, code, sub_id, status, state, reported_at, sent_at)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            """
            ON CONFLICT (id) DO UPDATE SET status = EXCLUDED.status, state = EXCLUDED.state, reported_at = EXCLUDED.reported_at,
                sent_at = EXCLUDED.sent_at
            """,
            static rows =>
            [
                Column.Uuid(rows, static row => row.Id),
                Column.Uuid(rows, static row => row.ReportId),
                Column.Text(rows, static row => row.Code),
                Column.Text(rows, static row => row.SubId),
                Column.Text(rows, static row => row.Status),
                Column.Int16(rows, static row => (short)row.Version.State),
                Column.Instant(rows, static row => row.Version.ReportedAt),
                Column.Instant(rows, static row => row.Version.SentAt),
            ]);

    /// <summary>Those that are blobs; the others stand in the resource.</summary>
    private static void SaveDocuments(RoundTrip trip, IReadOnlyList<ReportRow> rows)
    {
        List<(ReportRow Row, ReportDocument Document)> large =
            [.. rows.SelectMany(static row => row.NewBlobs.Select(document => (row, document)))];
        if (large.Count == 0) return;
        trip.Add(
            """
            INSERT INTO report_document (id, report_id, content_type, size) SELECT * FROM unnest($1, $2, $3, $4)
            ON CONFLICT (id, report_id) DO NOTHING
            """,
            null,
            Column.Uuid(large, static entry => entry.Document.BlobId),
            Column.Uuid(large, static entry => entry.Row.Id),
            Column.Text(large, static entry => entry.Document.ContentType),
            Column.Int64(large, static entry => entry.Document.Size));
    }

    private static ReportVersion Version(NpgsqlDataReader reader, int column) =>
        new((ReportState)reader.GetInt16(column), reader.Instant(column + 1), reader.Instant(column + 2));

    private static string? Authority(Identifier? identifier) => identifier is { } known ? IdentifierText.AuthorityOf(known) : null;
}
